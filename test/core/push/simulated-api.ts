import type { PushAnswer } from '../../../core/messages/push-answer';
import type { Part } from '../../../core/push/narrow';
import type { TicketOutcome } from '../../../core/push/outcome';
import { judge } from '../../../core/push/verdict';

export type AnswerTo = (ticketIds: readonly string[]) => PushAnswer;

/** An API that refuses a call whole when one of the `poison` tickets is in it, and says which only when it is `naming`. */
export function poisonedApi(poison: ReadonlySet<string>, naming: boolean): AnswerTo {
  return (ticketIds) => {
    const bad = ticketIds.filter((id) => poison.has(id));
    if (bad.length === 0) {
      return {
        kind: 'results',
        results: ticketIds.map((ticketId) => ({ ticketId, outcome: 'ACCEPTED', errors: [] })),
      };
    }
    const error = { code: 'CONTENT', message: 'no' };
    return {
      kind: 'refused-whole',
      status: 422,
      error,
      named: naming ? bad.map((ticketId) => ({ ticketId, error })) : [],
    };
  };
}

/** Sends a call and whatever its answers ask for, until every ticket is settled. */
export function work(
  part: Part,
  answer: AnswerTo,
): { readonly outcomes: readonly TicketOutcome[]; readonly calls: number } {
  const outcomes: TicketOutcome[] = [];
  let calls = 0;
  const queue = [part];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    calls += 1;
    const verdict = judge(next, answer(next.tickets.map(({ ticketId }) => ticketId)));
    outcomes.push(...verdict.outcomes);
    queue.unshift(...verdict.again);
  }
  return { outcomes, calls };
}
