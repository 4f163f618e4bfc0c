/** What became of one planned ticket (domain.md 6). */
export type Outcome = 'DELIVERED' | 'SKIPPED' | 'REFUSED' | 'SIMULATED' | 'UNKNOWN' | 'NOT_TRIED';

/** The outcome of the ticket at `position` of an execution's plan. Every outcome but DELIVERED and SIMULATED has a code. */
export interface TicketOutcome {
  readonly position: number;
  readonly ticketId: string;
  readonly outcome: Outcome;
  readonly code?: string;
  /** Path in TIXNGO's JSON, without a value. */
  readonly field?: string;
  /** TIXNGO's words with every value that we sent replaced by its path; goes into the ticket log only. */
  readonly message?: string;
}

/** A planned ticket: where it stands in the plan and which it is. */
export interface PlannedTicket {
  /** `batch * positionsPerBatch + index`, from 0. */
  readonly position: number;
  readonly ticketId: string;
}

/** A batch never holds more tickets than TIXNGO takes in one call (tixngo-api.md, "Access"), so a position names its batch. */
export const positionsPerBatch = 50;

/** The batch of a planned ticket, by its position. */
export function batchOf(position: number): number {
  return Math.floor(position / positionsPerBatch);
}
