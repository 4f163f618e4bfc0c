/** Why TIXNGO refused one ticket: its code, the field it names and its words with every value that we sent replaced by its path. */
export interface TicketError {
  readonly code: string;
  readonly field?: string;
  readonly message: string;
}

/** One line of a readable answer to a push call (tixngo-api.md, "Operations"). */
export interface TicketResult {
  readonly ticketId: string;
  readonly outcome: 'ACCEPTED' | 'REJECTED';
  readonly errors: readonly TicketError[];
}

/**
 * A readable answer to a push call. `results` may lack tickets that were sent, name unknown ones or name one twice: the
 * verdict (core/push/verdict.ts) deals with that. `refused-whole` (400, 413, 422, or a 409 that names tickets or that outlasted
 * maxOutageMinutes) has accepted nothing; `named` holds the tickets that the answer blames, empty when it names none.
 */
export type PushAnswer =
  | { readonly kind: 'results'; readonly results: readonly TicketResult[]; readonly requestId?: string }
  | {
      readonly kind: 'refused-whole';
      readonly status: number;
      readonly error: TicketError;
      readonly named: readonly { readonly ticketId: string; readonly error: TicketError }[];
      readonly requestId?: string;
    };
