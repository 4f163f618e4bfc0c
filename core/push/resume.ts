import { halve, type Part } from './narrow';
import type { PlannedTicket } from './outcome';

/** A call that an earlier attempt announced. */
export interface PastCall {
  readonly number: number;
  readonly positions: readonly number[];
  readonly answered: boolean;
  /** Its answer refused it whole: nothing of it was accepted. */
  readonly refusedWhole: boolean;
  /** It was sent before as well, and that answer was lost: what the last answer says, it does not say of the sending before. */
  readonly repeated: boolean;
}

/** What is left of a batch that an earlier attempt began. */
export interface Resumption {
  /** Calls announced and not answered: they go out again with exactly their tickets, whatever their state is now. */
  readonly repeat: readonly { readonly number: number; readonly part: Part }[];
  /**
   * Tickets that an answer left out (reliability.md F20), or whose call was refused whole only when it was repeated, in the parts that a
   * narrowing left: they are asked for again whatever their state is now, for TIXNGO may have them.
   */
  readonly again: readonly Part[];
  /** Tickets of no such call, in the parts that an earlier narrowing left. */
  readonly fresh: readonly Part[];
  readonly nextNumber: number;
}

/**
 * Finds out from the calls on record where a batch stands. The tickets of a call that was refused whole go on in halves; where its answer
 * named some, with the others in one part. What any other answer left open is asked for again. A refusal accepted nothing, but it speaks of
 * one sending: where an earlier one of the same call is unanswered, TIXNGO may have its tickets all the same, and those of its parts.
 */
export function resume(open: readonly PlannedTicket[], calls: readonly PastCall[]): Resumption {
  const byPosition = new Map(open.map((ticket) => [ticket.position, ticket]));
  const nextNumber = calls.reduce((highest, call) => Math.max(highest, call.number), 0) + 1;
  const repeat: { number: number; part: Part }[] = [];
  const again: Part[] = [];
  const fresh: Part[] = [];
  const leftOut = positionsOf(calls.filter((call) => call.answered && !call.refusedWhole));
  const mayBeThere = positionsOf(calls.filter((call) => call.answered && (!call.refusedWhole || call.repeated)));
  const newestFirst = [...calls].sort((a, b) => Number(a.answered) - Number(b.answered) || b.number - a.number);
  for (const call of newestFirst) {
    const tickets = take(byPosition, call.positions);
    if (tickets.length === 0) continue;
    const part: Part = { tickets, askedAgain: call.answered && areAllIn(leftOut, tickets) };
    if (!call.answered) {
      repeat.push({ number: call.number, part });
      continue;
    }
    const narrows = call.refusedWhole && tickets.length === call.positions.length && tickets.length > 1;
    (areAllIn(mayBeThere, tickets) ? again : fresh).push(...(narrows ? halve(part) : [part]));
  }
  const untouched = [...byPosition.values()];
  if (untouched.length > 0) fresh.push({ tickets: untouched, askedAgain: false });
  return { repeat, again: sortByPosition(again), fresh: sortByPosition(fresh), nextNumber };
}

function positionsOf(calls: readonly PastCall[]): ReadonlySet<number> {
  return new Set(calls.flatMap((call) => call.positions));
}

function areAllIn(positions: ReadonlySet<number>, tickets: readonly PlannedTicket[]): boolean {
  return tickets.every(({ position }) => positions.has(position));
}

function take(from: Map<number, PlannedTicket>, positions: readonly number[]): readonly PlannedTicket[] {
  return positions.flatMap((position) => {
    const ticket = from.get(position);
    if (ticket === undefined) return [];
    from.delete(position);
    return [ticket];
  });
}

function sortByPosition(parts: readonly Part[]): readonly Part[] {
  const first = (part: Part) => part.tickets[0]?.position ?? 0;
  return [...parts].sort((a, b) => first(a) - first(b));
}
