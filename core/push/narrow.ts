import type { PlannedTicket } from './outcome';

/** Tickets of one batch that go out in one call. */
export interface Part {
  readonly tickets: readonly PlannedTicket[];
  /** An answer left these tickets out once: if the next one does too, they end UNKNOWN (reliability.md F20). */
  readonly askedAgain: boolean;
}

/**
 * Halves of a call that was refused whole without naming a ticket, split by position. One bad ticket among 50 stands alone after 13 calls
 * in all (reliability.md F18). Fewer than two tickets cannot be halved: the caller refuses the one that is left.
 */
export function halve(part: Part): readonly [Part, Part] {
  const middle = Math.ceil(part.tickets.length / 2);
  return [
    { tickets: part.tickets.slice(0, middle), askedAgain: part.askedAgain },
    { tickets: part.tickets.slice(middle), askedAgain: part.askedAgain },
  ];
}
