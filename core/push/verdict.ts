import type { PushAnswer, TicketError, TicketResult } from '../messages/push-answer';
import { assertNever } from '../assert-never';
import { halve, type Part } from './narrow';
import type { PlannedTicket, TicketOutcome } from './outcome';

/** What an answer settles, and what has to go out again. Every ticket of the call is in exactly one of the two. */
export interface Verdict {
  readonly outcomes: readonly TicketOutcome[];
  readonly again: readonly Part[];
  /** The call was refused whole: an attempt of all its tickets, and nothing of it was accepted. */
  readonly refusedWhole: boolean;
}

/** Reads an answer against the tickets that were sent. Results for tickets that were not sent settle nothing (reliability.md F20). */
export function judge(part: Part, answer: PushAnswer): Verdict {
  switch (answer.kind) {
    case 'results':
      return judgeResults(part, answer.results);
    case 'refused-whole':
      return judgeRefusal(part, answer);
    default:
      return assertNever(answer);
  }
}

function judgeResults(part: Part, results: readonly TicketResult[]): Verdict {
  const byTicket = new Map<string, TicketResult[]>();
  for (const result of results) {
    const same = byTicket.get(result.ticketId);
    if (same === undefined) byTicket.set(result.ticketId, [result]);
    else same.push(result);
  }
  const outcomes: TicketOutcome[] = [];
  const missing: PlannedTicket[] = [];
  for (const ticket of part.tickets) {
    const outcome = settle(ticket, byTicket.get(ticket.ticketId) ?? []);
    if (outcome === undefined) missing.push(ticket);
    else outcomes.push(outcome);
  }
  if (missing.length === 0) return { outcomes, again: [], refusedWhole: false };
  if (part.askedAgain) {
    const unknown = missing.map((ticket) => ({
      ...ticket,
      outcome: 'UNKNOWN' as const,
      code: 'NO_RESULT',
      message: 'TIXNGO answered twice without a clear result for this ticket',
    }));
    return { outcomes: [...outcomes, ...unknown], again: [], refusedWhole: false };
  }
  return { outcomes, again: [{ tickets: missing, askedAgain: true }], refusedWhole: false };
}

/** Undefined when the answer says nothing about the ticket, or contradicts itself: then it counts as missing. */
function settle(ticket: PlannedTicket, results: readonly TicketResult[]): TicketOutcome | undefined {
  const [first, ...others] = results;
  if (first === undefined || others.some((other) => other.outcome !== first.outcome)) return undefined;
  if (first.outcome === 'ACCEPTED') return { ...ticket, outcome: 'DELIVERED' };
  return refuse(ticket, first.errors[0] ?? { code: 'REJECTED', message: 'TIXNGO gave no reason' });
}

function judgeRefusal(part: Part, answer: Extract<PushAnswer, { kind: 'refused-whole' }>): Verdict {
  const blamed = new Map(answer.named.map((named) => [named.ticketId, named.error]));
  const outcomes: TicketOutcome[] = [];
  const innocent: PlannedTicket[] = [];
  for (const ticket of part.tickets) {
    const error = blamed.get(ticket.ticketId);
    if (error === undefined) innocent.push(ticket);
    else outcomes.push(refuse(ticket, error));
  }
  if (outcomes.length > 0) {
    const again = innocent.length > 0 ? [{ tickets: innocent, askedAgain: part.askedAgain }] : [];
    return { outcomes, again, refusedWhole: true };
  }
  if (part.tickets.length > 1) return { outcomes: [], again: halve(part), refusedWhole: true };
  return { outcomes: part.tickets.map((ticket) => refuse(ticket, answer.error)), again: [], refusedWhole: true };
}

function refuse(ticket: PlannedTicket, error: TicketError): TicketOutcome {
  return {
    ...ticket,
    outcome: 'REFUSED',
    code: error.code,
    ...(error.field === undefined ? {} : { field: error.field }),
    message: error.message,
  };
}
