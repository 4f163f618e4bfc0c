import fc from 'fast-check';
import type { PushAnswer, TicketResult } from '../../../core/messages/push-answer';
import { decideNotice, type RunBefore } from '../../../core/push/notice';
import type { TicketOutcome } from '../../../core/push/outcome';
import type { RunOutcome } from '../../../core/push/report';
import { judge } from '../../../core/push/verdict';
import { expectToldAsItIs } from './course-simulation';
import { planTickets, toPart } from './plan';
import { simulate } from './simulation';

/** An answer drawn against the tickets of a call: right, partial, contradictory or about others. */
interface AnswerDraw {
  readonly whole: boolean;
  readonly named: number;
  /** What is said of each ticket, in turn. */
  readonly says: readonly ('accepted' | 'rejected' | 'rejected in no words' | 'nothing' | 'both' | 'twice')[];
}

const answerDraw: fc.Arbitrary<AnswerDraw> = fc.record({
  whole: fc.boolean(),
  named: fc.nat(3),
  says: fc.array(fc.constantFrom('accepted', 'rejected', 'rejected in no words', 'nothing', 'both', 'twice'), {
    minLength: 1,
    maxLength: 12,
  }),
});

function toAnswer({ whole, named, says }: AnswerDraw, ids: readonly string[]): PushAnswer {
  const error = { code: 'CONTENT', message: 'no' };
  if (whole) {
    return {
      kind: 'refused-whole',
      status: 422,
      error,
      named: ids.slice(0, named).map((ticketId) => ({ ticketId, error })),
    };
  }
  const results = ids.flatMap((ticketId, index): TicketResult[] => {
    const good: TicketResult = { ticketId, outcome: 'ACCEPTED', errors: [] };
    const bad: TicketResult = { ticketId, outcome: 'REJECTED', errors: [error] };
    switch (says[index % says.length]) {
      case 'accepted':
        return [good];
      case 'rejected':
        return [bad];
      case 'rejected in no words':
        return [{ ...bad, errors: [] }];
      case 'both':
        return [good, bad];
      case 'twice':
        return [good, good];
      default:
        return [];
    }
  });
  return { kind: 'results', results };
}

const story = fc.record({
  tickets: fc.integer({ min: 1, max: 50 }),
  answers: fc.array(answerDraw, { minLength: 1, maxLength: 25 }),
  stopsAfter: fc.option(fc.nat(12), { nil: undefined }),
});

/** P1 of any sequence of verdicts: whatever a batch's answers say, it is settled in a limited number of calls, and told as it is. */
export const anyVerdicts = simulate(story, ({ tickets, answers, stopsAfter }, met) => {
  const planned = planTickets(tickets);
  const outcomes: TicketOutcome[] = [];
  const queue = [toPart(planned)];
  let calls = 0;
  for (let part = queue.shift(); part !== undefined; part = queue.shift()) {
    if (calls === stopsAfter) {
      const rest = [part, ...queue.splice(0)].flatMap((left) => left.tickets);
      outcomes.push(...rest.map((ticket) => ({ ...ticket, outcome: 'NOT_TRIED' as const, code: 'OUTAGE' })));
      break;
    }
    const drawn = answers[calls % answers.length] ?? { whole: false, named: 0, says: ['accepted'] };
    calls += 1;
    const verdict = judge(
      part,
      toAnswer(
        drawn,
        part.tickets.map(({ ticketId }) => ticketId),
      ),
    );
    outcomes.push(...verdict.outcomes);
    queue.unshift(...verdict.again);
  }
  // Each call settles a ticket, makes parts smaller, or asks for the first time once again.
  expect(calls).toBeLessThanOrEqual(4 * tickets);
  expect(outcomes.map(({ position }) => position).sort((a, b) => a - b)).toEqual(
    planned.map(({ position }) => position),
  );
  expect(outcomes.filter(({ outcome, code }) => (code === undefined) !== (outcome === 'DELIVERED'))).toEqual([]);
  expectToldAsItIs(outcomes, stopsAfter === undefined ? 'done' : 'outage');
  met.calls += calls;
});

const run = fc.record({
  outcome: fc.constantFrom<RunOutcome>('OK', 'WARNING', 'ERROR', 'ERROR', 'ERROR'),
  signature: fc.constantFrom('a', 'b'),
  hoursLater: fc.integer({ min: 0, max: 30 }),
});

/** domain.md 9 over any sequence of runs: one mail when it turns bad or good, one for a new reason, else one a day. */
export const anyRuns = simulate(fc.array(run, { maxLength: 40 }), (runs, met) => {
  let before: RunBefore = { outcome: null, signature: null, hoursSinceMail: null };
  let isToldBad = false;
  for (const { outcome, signature, hoursLater } of runs) {
    const { hoursSinceMail } = before;
    const hours = hoursSinceMail === null ? null : hoursSinceMail + hoursLater;
    const kind = decideNotice({ outcome, signature }, { ...before, hoursSinceMail: hours });
    // Whoever reads the mails alone knows how things stand, and gets none that says what he knows.
    if (outcome === 'ERROR') expect(isToldBad || kind === 'FAILED').toBe(true);
    else expect([kind]).toEqual([isToldBad ? 'RECOVERED' : undefined]);
    const isSame = isToldBad && outcome === 'ERROR' && before.signature === signature;
    if (isSame) expect(kind).toBe(hours === null || hours >= 24 ? 'STILL_FAILING' : undefined);
    isToldBad = outcome === 'ERROR';
    before = { outcome, signature, hoursSinceMail: kind === undefined ? hours : 0 };
    met.calls += 1;
  }
});
