/**
 * SQL for "the call `call`, an alias of that table, is over if it has no answer": its deadline has passed, at which whoever made it gave it
 * up, or its worker is dead. By the database's clock (reliability.md F25).
 */
export const isOver = (call: string): string => `(${call}.deadline <= now() or not worker_may_live(${call}.worker_id))`;

/** SQL for "the call `call` may be under way": no answer on record, and not over. Calls without an answer have an index of their own. */
export const isUnderWay = (call: string): string =>
  `${call}.answered_at is null and ${call}.deadline > now() and worker_may_live(${call}.worker_id)`;
