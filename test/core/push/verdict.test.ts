import fc from 'fast-check';
import type { PushAnswer, TicketResult } from '../../../core/messages/push-answer';
import { judge } from '../../../core/push/verdict';
import { planTickets, toPart } from './plan';

const accepted = (ticketId: string): TicketResult => ({ ticketId, outcome: 'ACCEPTED', errors: [] });
const rejected = (ticketId: string, code = 'POISON'): TicketResult => ({
  ticketId,
  outcome: 'REJECTED',
  errors: [{ code, field: 'holder', message: 'not this one' }],
});
const results = (...list: readonly TicketResult[]): PushAnswer => ({ kind: 'results', results: list });
const refusal = (named: readonly string[] = []): PushAnswer => ({
  kind: 'refused-whole',
  status: 422,
  error: { code: 'CONTENT', message: 'no' },
  named: named.map((ticketId) => ({ ticketId, error: { code: 'NAMED', field: 'x', message: 'this one' } })),
});

const two = planTickets(2);
const [t0, t1] = two;

describe('an answer is judged against what was sent', () => {
  test('accepted is DELIVERED, rejected is REFUSED with the code, field and words of TIXNGO', () => {
    expect(judge(toPart(two), results(accepted('T0'), rejected('T1')))).toEqual({
      outcomes: [
        { ...t0, outcome: 'DELIVERED' },
        { ...t1, outcome: 'REFUSED', code: 'POISON', field: 'holder', message: 'not this one' },
      ],
      again: [],
      refusedWhole: false,
    });
  });

  test('a rejection without a reason is REFUSED all the same', () => {
    const answer = results(accepted('T0'), { ticketId: 'T1', outcome: 'REJECTED', errors: [] });
    expect(judge(toPart(two), answer).outcomes[1]).toMatchObject({ outcome: 'REFUSED', code: 'REJECTED' });
  });

  test('ids that were not sent mark nobody', () => {
    const answer = results(accepted('T0'), accepted('T1'), accepted('NEVER-SENT'), rejected('T99'));
    expect(judge(toPart(two), answer).outcomes.map(({ ticketId }) => ticketId)).toEqual(['T0', 'T1']);
  });

  test.each([
    ['absent', results(accepted('T0'))],
    ['contradictory', results(accepted('T0'), accepted('T1'), rejected('T1'))],
  ])('a result that is %s is asked for once again, in a call of its own', (_what, answer) => {
    expect(judge(toPart(two), answer)).toEqual({
      outcomes: [{ ...t0, outcome: 'DELIVERED' }],
      again: [{ tickets: [t1], askedAgain: true }],
      refusedWhole: false,
    });
  });

  test('a result that stands twice and says the same counts', () => {
    const verdict = judge(toPart(two), results(accepted('T0'), accepted('T0'), accepted('T1')));
    expect(verdict.outcomes.map(({ outcome }) => outcome)).toEqual(['DELIVERED', 'DELIVERED']);
  });

  test('a ticket that is missing twice ends UNKNOWN with a reason', () => {
    const verdict = judge(toPart(two, true), results(accepted('T0')));
    expect(verdict.again).toEqual([]);
    expect(verdict.outcomes[1]).toMatchObject({ ...t1, outcome: 'UNKNOWN', code: 'NO_RESULT' });
  });

  test('a refusal that names tickets refuses those and sends the others in one call', () => {
    const verdict = judge(toPart(planTickets(5)), refusal(['T1', 'T3', 'T77']));
    expect(verdict.outcomes).toMatchObject([
      { position: 1, outcome: 'REFUSED', code: 'NAMED', field: 'x' },
      { position: 3, outcome: 'REFUSED', code: 'NAMED', field: 'x' },
    ]);
    expect(verdict.again.map((part) => part.tickets.map(({ position }) => position))).toEqual([[0, 2, 4]]);
    expect(verdict.refusedWhole).toBe(true);
  });

  test.each([
    [[], 'nobody'],
    [['T77'], 'only tickets that were not sent'],
  ])('a refusal that names %j is halved', (named) => {
    const verdict = judge(toPart(planTickets(5)), refusal(named));
    expect(verdict.outcomes).toEqual([]);
    expect(verdict.again.map((part) => part.tickets.map(({ position }) => position))).toEqual([
      [0, 1, 2],
      [3, 4],
    ]);
  });

  test('a ticket alone that is refused whole is REFUSED', () => {
    const verdict = judge(toPart(planTickets(1)), refusal());
    expect(verdict).toMatchObject({
      outcomes: [{ outcome: 'REFUSED', code: 'CONTENT' }],
      again: [],
      refusedWhole: true,
    });
  });
});

const anyAnswer = fc.oneof(
  fc
    .array(fc.record({ n: fc.nat(60), good: fc.boolean() }), { maxLength: 120 })
    .map((list) => results(...list.map(({ n, good }) => (good ? accepted : rejected)(`T${String(n)}`)))),
  fc.array(fc.nat(60), { maxLength: 5 }).map((list) => refusal(list.map((n) => `T${String(n)}`))),
);

test('whatever is answered, every ticket of the call is in exactly one of outcomes and again', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.boolean(), anyAnswer, (count, askedAgain, answer) => {
      const tickets = planTickets(count);
      const verdict = judge({ tickets, askedAgain }, answer);
      const back = [...verdict.outcomes, ...verdict.again.flatMap((part) => part.tickets)];
      expect(back.map(({ ticketId }) => ticketId).sort()).toEqual(tickets.map(({ ticketId }) => ticketId).sort());
      expect(verdict.again.every((part) => part.tickets.length > 0)).toBe(true);
      // Progress: what goes out again is smaller, or was asked again for the first time.
      expect(verdict.again.every((part) => part.tickets.length < count || (part.askedAgain && !askedAgain))).toBe(true);
    }),
  );
});
