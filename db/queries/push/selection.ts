import type { RawBuilder } from 'kysely';

/** What a push selects, with the tables `t` (ticket) and `p` (its mark for this function, left joined) in scope. */
export interface PushSelection {
  readonly function: string;
  /** True for a ticket that is due: status, not processed, filters, not skipped. */
  readonly due: RawBuilder<boolean>;
  /** True for a ticket that may be forced: organization and status; no filter, processed or not. */
  readonly forceable: RawBuilder<boolean>;
}
