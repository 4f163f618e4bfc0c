import * as fc from 'fast-check';
import { parsePushAnswer } from '../../../core/messages/parse-push-answer';

const error = { code: 'BAD', message: 'words' };

describe('an answer of the contract is read', () => {
  test.each([
    ['no results', 200, { results: [] }, { kind: 'results', results: [] }],
    [
      'accepted and rejected',
      200,
      {
        results: [
          { ticketId: 'A', outcome: 'ACCEPTED' },
          { ticketId: 'B', outcome: 'REJECTED', errors: [{ ...error, field: 'x' }] },
        ],
      },
      {
        kind: 'results',
        results: [
          { ticketId: 'A', outcome: 'ACCEPTED', errors: [] },
          { ticketId: 'B', outcome: 'REJECTED', errors: [{ ...error, field: 'x' }] },
        ],
      },
    ],
    [
      'more fields than we know',
      202,
      { results: [{ ticketId: 'A', outcome: 'ACCEPTED', errors: null, more: 1 }], more: 2 },
      { kind: 'results', results: [{ ticketId: 'A', outcome: 'ACCEPTED', errors: [] }] },
    ],
    [
      'an unknown outcome is no answer for its ticket',
      200,
      {
        results: [
          { ticketId: 'A', outcome: 'PARKED' },
          { ticketId: 'A', outcome: 'ACCEPTED' },
        ],
      },
      { kind: 'results', results: [{ ticketId: 'A', outcome: 'ACCEPTED', errors: [] }] },
    ],
    ['a refusal that names nobody', 400, { error }, { kind: 'refused-whole', status: 400, error, named: [] }],
    ['too many', 413, { error: { ...error, details: {} } }, { kind: 'refused-whole', status: 413, error, named: [] }],
    [
      'a refusal that names tickets, with what it lacks taken from the whole',
      422,
      {
        error: {
          ...error,
          details: [{ ticketId: 'A' }, { ticketId: 'B', code: 'C', field: 'f', message: 'm' }, { code: 'D' }, 7],
        },
      },
      {
        kind: 'refused-whole',
        status: 422,
        error,
        named: [
          { ticketId: 'A', error },
          { ticketId: 'B', error: { code: 'C', field: 'f', message: 'm' } },
        ],
      },
    ],
    [
      'a conflict that names a ticket',
      409,
      { error: { ...error, details: [{ ticketId: 'A' }] } },
      { kind: 'refused-whole', status: 409, error, named: [{ ticketId: 'A', error }] },
    ],
  ])('%s', (...[, status, body, expected]) => {
    expect(parsePushAnswer({ status, body })).toEqual(expected);
    expect(parsePushAnswer({ status, body, requestId: 'r' })).toEqual({ ...expected, requestId: 'r' });
  });
});

describe('an answer of another shape or status is none', () => {
  test.each([
    ['null', 200, null],
    ['a list', 200, []],
    ['a word', 200, 'ok'],
    ['no results', 200, {}],
    ['results that are no list', 200, { results: {} }],
    ['a result that is no object', 200, { results: ['A'] }],
    ['a result that is null', 200, { results: [null] }],
    ['a result without a ticket', 200, { results: [{ outcome: 'ACCEPTED' }] }],
    ['a ticket that is a number', 200, { results: [{ ticketId: 1, outcome: 'ACCEPTED' }] }],
    ['a result without an outcome', 200, { results: [{ ticketId: 'A' }] }],
    ['errors that are no list', 200, { results: [{ ticketId: 'A', outcome: 'REJECTED', errors: 'bad' }] }],
    ['an error without words', 200, { results: [{ ticketId: 'A', outcome: 'REJECTED', errors: [{ code: 'X' }] }] }],
    ['a refusal without error', 422, { message: 'no' }],
    ['a refusal without a code', 422, { error: { message: 'no' } }],
    ['results under a refusing status', 400, { results: [] }],
    ['an error under 200', 200, { error }],
    ['a conflict that names nobody', 409, { error }],
    ['a redirect', 307, { results: [] }],
    ['a broken server', 500, { error }],
    ['an unknown path', 404, { error }],
  ])('%s', (_name, status, body) => {
    expect(parsePushAnswer({ status, body })).toBeUndefined();
  });
});

const result = fc.record({
  ticketId: fc.string(),
  outcome: fc.constantFrom('ACCEPTED', 'REJECTED', 'PARKED'),
  errors: fc.option(fc.array(fc.record({ code: fc.string(), message: fc.string() })), { nil: undefined }),
});

test('whatever JSON comes, reading it never throws, and only a 2xx accepts a ticket', () => {
  const status = fc.constantFrom(200, 201, 204, 301, 400, 401, 404, 409, 413, 422, 500);
  const body = fc.oneof(fc.jsonValue(), fc.record({ results: fc.array(fc.oneof(result, fc.jsonValue())) }));
  fc.assert(
    fc.property(status, body, (given, json) => {
      const answer = parsePushAnswer({ status: given, body: json });
      if (answer?.kind === 'results') expect(given).toBeLessThan(300);
      if (answer?.kind === 'refused-whole') expect([400, 409, 413, 422]).toContain(given);
    }),
  );
});

test('every known outcome of a well-formed answer is kept, in order, and nothing is added', () => {
  fc.assert(
    fc.property(fc.array(result), (results) => {
      const answer = parsePushAnswer({ status: 200, body: { results } });
      const known = results.filter(({ outcome }) => outcome !== 'PARKED');
      expect(answer).toEqual({
        kind: 'results',
        results: known.map((line) => ({ ...line, errors: line.errors ?? [] })),
      });
    }),
  );
});
