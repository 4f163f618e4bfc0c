import { openRedactor } from '../../core/messages/redact';
import type { FaultInput } from '../../sandbox/faults';
import { TixngoUnavailable } from '../../tixngo/errors';
import { readPushAnswer } from '../../tixngo/read-answer';
import { failureOf, openStage, toCall, toTicket, type Stage } from './fixture';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.admin.reset());
afterAll(() => stage.close());

const tickets = [toTicket('T-1'), toTicket('T-2')];
const accepted = {
  kind: 'results',
  results: [
    { ticketId: 'T-1', outcome: 'ACCEPTED', errors: [] },
    { ticketId: 'T-2', outcome: 'ACCEPTED', errors: [] },
  ],
};
/** Short, for calls that never end by themselves. */
const shortMs = 150;

interface Case {
  readonly fault: FaultInput;
  readonly name: string;
  readonly reason: string;
  readonly acted: boolean;
  readonly short?: true;
}

const cases: readonly Case[] = [
  { fault: { kind: 'status', status: 408 }, name: 'TixngoUnavailable', reason: 'STATUS_408', acted: false },
  { fault: { kind: 'status', status: 409 }, name: 'TixngoUnavailable', reason: 'STATUS_409', acted: false },
  { fault: { kind: 'status', status: 425 }, name: 'TixngoUnavailable', reason: 'STATUS_425', acted: false },
  { fault: { kind: 'status', status: 429 }, name: 'TixngoUnavailable', reason: 'STATUS_429', acted: false },
  { fault: { kind: 'status', status: 500 }, name: 'TixngoUnavailable', reason: 'STATUS_500', acted: false },
  { fault: { kind: 'status', status: 503 }, name: 'TixngoUnavailable', reason: 'STATUS_503', acted: false },
  { fault: { kind: 'status', status: 401 }, name: 'TixngoKeyRefused', reason: 'STATUS_401', acted: false },
  { fault: { kind: 'status', status: 403 }, name: 'TixngoKeyRefused', reason: 'STATUS_403', acted: false },
  { fault: { kind: 'status', status: 404 }, name: 'TixngoContractBroken', reason: 'STATUS_404', acted: false },
  { fault: { kind: 'status', status: 410 }, name: 'TixngoContractBroken', reason: 'STATUS_410', acted: false },
  { fault: { kind: 'drop', at: 'before' }, name: 'TixngoUnavailable', reason: 'RESET', acted: false },
  { fault: { kind: 'drop', at: 'after' }, name: 'TixngoUnavailable', reason: 'RESET', acted: true },
  { fault: { kind: 'drop', at: 'middle' }, name: 'TixngoUnavailable', reason: 'RESET', acted: true },
  { fault: { kind: 'silence', at: 'before' }, name: 'TixngoUnavailable', reason: 'TIMEOUT', acted: false, short: true },
  { fault: { kind: 'silence', at: 'after' }, name: 'TixngoUnavailable', reason: 'TIMEOUT', acted: true, short: true },
  { fault: { kind: 'silence', at: 'headers' }, name: 'TixngoUnavailable', reason: 'TIMEOUT', acted: true, short: true },
  { fault: { kind: 'answer', how: 'drip' }, name: 'TixngoUnavailable', reason: 'TIMEOUT', acted: true, short: true },
  { fault: { kind: 'answer', how: 'truncated' }, name: 'TixngoUnavailable', reason: 'UNREADABLE', acted: true },
  { fault: { kind: 'answer', how: 'not-json' }, name: 'TixngoUnavailable', reason: 'UNREADABLE', acted: true },
  { fault: { kind: 'answer', how: 'html' }, name: 'TixngoUnavailable', reason: 'UNREADABLE', acted: true },
  { fault: { kind: 'answer', how: 'empty' }, name: 'TixngoUnavailable', reason: 'UNREADABLE', acted: true },
  { fault: { kind: 'answer', how: 'length-too-short' }, name: 'TixngoUnavailable', reason: 'UNREADABLE', acted: true },
  { fault: { kind: 'answer', how: 'length-too-long' }, name: 'TixngoUnavailable', reason: 'RESET', acted: true },
  { fault: { kind: 'answer', how: 'huge' }, name: 'TixngoUnavailable', reason: 'TOO_LARGE', acted: true },
  { fault: { kind: 'answer', how: 'gzip-bomb' }, name: 'TixngoUnavailable', reason: 'TOO_LARGE', acted: true },
  { fault: { kind: 'answer', how: 'other-shape' }, name: 'TixngoContractBroken', reason: 'SHAPE', acted: true },
];

describe('a call that a fault strikes fails as its class and reason, and leaves the wallets as the fault says', () => {
  test.each(cases)(
    '$fault.kind $fault.status $fault.at $fault.how: $name $reason',
    async ({ fault, name, reason, acted, short }) => {
      await stage.admin.addFault(fault);
      const call = toCall(tickets, short === undefined ? undefined : shortMs);
      expect(await failureOf(stage.client.inject(call))).toMatchObject({ name, reason });
      expect((await stage.admin.stateSummary()).count).toBe(acted ? 2 : 0);

      await stage.admin.clearFaults();
      // Same key, same body: whatever had happened, nothing is doubled.
      expect(await stage.client.inject(toCall(tickets))).toMatchObject(accepted);
      expect((await stage.admin.callSummary()).tickets.injectTickets).toMatchObject({
        accepted: 2,
        changedAgain: 0,
      });
    },
  );
});

test('a failure that had an answer names its status and request', async () => {
  await stage.admin.addFault({ kind: 'status', status: 503 });
  const failure = await failureOf(stage.client.inject(toCall(tickets)));
  expect(failure).toHaveProperty('status', 503);
  expect(failure).toHaveProperty('requestId', expect.stringMatching(/^sandbox-/));
});

test.each([
  ['120', 120_000],
  ['999999999', 999_999_999_000],
  ['soon', undefined],
])('Retry-After %s is handed on as it was said', async (retryAfter, retryAfterMs) => {
  await stage.admin.addFault({ kind: 'status', status: 429, retryAfter });
  expect(await failureOf(stage.client.inject(toCall(tickets)))).toMatchObject({ retryAfterMs });
});

test('Retry-After as a date counts from the clock of the answer', async () => {
  const until = new Date(Date.now() + 3_600_000).toUTCString();
  await stage.admin.addFault({ kind: 'status', status: 429, retryAfter: until });
  const failure = await failureOf(stage.client.inject(toCall(tickets)));
  expect(failure).toHaveProperty('retryAfterMs', expect.closeTo(3_600_000, -4));
});

test('a redirect is never followed', async () => {
  await stage.admin.addFault({ kind: 'redirect', location: '/elsewhere' });
  expect(await failureOf(stage.client.inject(toCall(tickets)))).toMatchObject({
    name: 'TixngoContractBroken',
    reason: 'STATUS_307',
  });
  expect(await stage.admin.callSummary()).toMatchObject({ unknownPaths: 0, calls: 1 });
});

test('the deadline covers a late answer, and the call is acted on all the same', async () => {
  await stage.admin.addFault({ kind: 'latency', minMs: 200, maxMs: 200, count: 1 });
  expect(await failureOf(stage.client.inject(toCall(tickets, 50)))).toMatchObject({ reason: 'TIMEOUT' });
  // The server still works on it: the same key says so.
  expect(await failureOf(stage.client.inject(toCall(tickets)))).toMatchObject({ reason: 'STATUS_409' });
  while ((await stage.admin.stateSummary()).count < 2) await new Promise(setImmediate);
  expect(await stage.client.inject(toCall(tickets))).toMatchObject(accepted);
  expect((await stage.admin.calls()).calls.at(-1)).toMatchObject({ replayed: true });
});

describe('an answer with other results is handed on as it is', () => {
  const results = async (how: 'missing' | 'unknown-ids' | 'doubled' | 'unknown-outcome') => {
    await stage.admin.addFault({ kind: 'results', how });
    const answer = await stage.client.inject(toCall(tickets));
    return answer.kind === 'results' ? answer.results.map(({ ticketId }) => ticketId) : [];
  };
  test('a missing ticket stays missing', async () => {
    expect(await results('missing')).toEqual(['T-2']);
  });
  test('an unknown ticket is named', async () => {
    expect(await results('unknown-ids')).toEqual(['T-1', 'T-2', 'NEVER-SENT-1']);
  });
  test('a doubled ticket is doubled', async () => {
    expect(await results('doubled')).toEqual(['T-1', 'T-2', 'T-1']);
  });
  test('a ticket with an unknown outcome counts as missing', async () => {
    expect(await results('unknown-outcome')).toEqual(['T-2']);
  });
});

describe('refusals are answers, with TIXNGO’s words free of what was sent', () => {
  const words = 'Ticket ticketId of spectatorDetails.firstName <spectatorDetails.email> cannot be taken';
  const error = { code: 'POISON', field: 'spectatorDetails.email', message: words };

  test('of one ticket', async () => {
    await stage.admin.addFault({ kind: 'poison', ticketIds: ['T-2'], how: 'ticket' });
    expect(await stage.client.inject(toCall(tickets))).toMatchObject({
      kind: 'results',
      results: [
        { ticketId: 'T-1', outcome: 'ACCEPTED' },
        { ticketId: 'T-2', outcome: 'REJECTED', errors: [error] },
      ],
    });
  });
  test.each([400, 409, 413, 422] as const)('of the whole call, naming the ticket (%i)', async (status) => {
    await stage.admin.addFault({ kind: 'poison', ticketIds: ['T-2'], how: 'call-naming', status });
    expect(await stage.client.inject(toCall(tickets))).toMatchObject({
      kind: 'refused-whole',
      status,
      named: [{ ticketId: 'T-2', error }],
    });
    expect((await stage.admin.stateSummary()).count).toBe(0);
  });
  test('of the whole call, naming none', async () => {
    await stage.admin.addFault({ kind: 'poison', ticketIds: ['T-2'], how: 'call-not-naming' });
    expect(await stage.client.inject(toCall(tickets))).toMatchObject({ kind: 'refused-whole', status: 422, named: [] });
  });
  test('a 409 that names no ticket is no answer', async () => {
    await stage.admin.addFault({ kind: 'poison', ticketIds: ['T-2'], how: 'call-not-naming', status: 409 });
    expect(await failureOf(stage.client.inject(toCall(tickets)))).toMatchObject({ reason: 'STATUS_409' });
  });
  test.each([
    ['a ticket which was not sent', 'IN-ANOTHER-FORM-2'],
    ['a barcode', 'BAR-T-1'],
    ['a number', '12.5'],
    ['a name', 'Quux'],
  ])('a 409 that names only %s is no answer either: this call may still be worked on', (_what, ticketId) => {
    const answer = (status: number) => ({
      attempt: 'POST organizer/tickets',
      status,
      headers: {},
      text: JSON.stringify({ error: { ...error, details: [{ ticketId }] } }),
      repeated: false,
    });
    const read = (status: number) => readPushAnswer(answer(status), () => openRedactor(tickets));
    expect(() => read(409)).toThrow(TixngoUnavailable);
    expect(() => read(409)).toThrow('STATUS_409');
    // These say of themselves that nothing was accepted.
    expect(read(422)).toMatchObject({ kind: 'refused-whole', named: [] });
  });
  test('everything 400', async () => {
    await stage.admin.addFault({ kind: 'status', status: 400 });
    expect(await stage.client.inject(toCall(tickets))).toMatchObject({ kind: 'refused-whole', status: 400, named: [] });
  });
});

test('faults with a probability strike the same calls for the same seed', async () => {
  const pattern = async () => {
    await stage.admin.reset(7);
    await stage.admin.addFault({ kind: 'status', status: 503, probability: 0.5 });
    const struck: boolean[] = [];
    for (let call = 0; call < 20; call += 1) {
      struck.push(
        await stage.client.inject(toCall([toTicket(`T-${String(call)}`)])).then(
          () => false,
          () => true,
        ),
      );
    }
    return struck;
  };
  const first = await pattern();
  expect(new Set(first).size).toBe(2);
  expect(await pattern()).toEqual(first);
});
