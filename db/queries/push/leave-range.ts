import type { Pool } from 'pg';
import { onlyRow, type PreparedStatement, runPrepared } from '../../prepared';
import { positionsPerBatch } from '../../../core/push/outcome';
import type { HeldSlot } from './announce';
import { isUnderWay } from './under-way';

export interface RangeCounts {
  readonly delivered: number;
  readonly refused: number;
  readonly skipped: number;
  readonly simulated: number;
  readonly unknown: number;
  readonly notTried: number;
}

const width = positionsPerBatch.toString();

/** The statement behind `leaveRange`. A slot that is left to a call names no worker: so whoever learns its answer knows it from one at work. */
export const leaveRangeStatement: PreparedStatement = {
  name: 'push-leave-range',
  text: `
with under_way as materialized (
  select max(c.deadline) as until from call c
  where c.execution_id = $4 and c.range_number = $8 and ${isUnderWay('c')}
), freed as (
  update call_slot s set token = s.token + 1, worker_id = null, held_since = null, until = u.until,
    (interface_id, execution_id, range_number) =
      (select s.interface_id, s.execution_id, s.range_number where u.until is not null)
  from under_way u
  where s.organizer = $1 and s.n = $2 and s.token = $3::bigint and s.execution_id = $4
  returning 1
), finished as (
  update execution set ranges_finished = ranges_finished + $7::boolean::integer, last_sign_at = now(),
    -- An attempt that was ousted ends nothing: the newer one narrows on, and the others wait for it.
    narrowing_range = case when narrowing_range <> $8 or not exists (select from freed) then narrowing_range end
  where id = $4 and ($7 or narrowing_range = $8)
  returning 1
), gave_way as (
  update slot_wait set since = now() where execution_id = $4 and $9::boolean
  returning 1
)
select
  (count(*) filter (where outcome = 'DELIVERED'))::integer as "delivered",
  (count(*) filter (where outcome = 'REFUSED'))::integer as "refused",
  (count(*) filter (where outcome = 'SKIPPED'))::integer as "skipped",
  (count(*) filter (where outcome = 'SIMULATED'))::integer as "simulated",
  (count(*) filter (where outcome = 'UNKNOWN'))::integer as "unknown",
  (count(*) filter (where outcome = 'NOT_TRIED'))::integer as "notTried"
from execution_ticket
-- By both: calls are found by their batch, rows by their position.
where execution_id = $4 and batch between $5 and $6 and position between $5 * ${width} and ($6 + 1) * ${width} - 1`,
};

export interface LeaveRangeInput {
  readonly execution: number;
  readonly firstBatch: number;
  /** Last batch that is done; smaller than `firstBatch` when none is. */
  readonly lastBatch: number;
  readonly finished: boolean;
  /** Another execution waits for the slot: ranges of this one that wait, too, come after it, however long they have waited. */
  readonly gaveWay: boolean;
}

/**
 * Gives the slot back and counts what became of the batches that this range did. A range that narrowed down refusals does so no more: the
 * others, which waited for it, go on.
 *
 * An attempt that took the range over may leave while a call of the one before is under way. Then the slot stays held until the deadline of
 * that call, or until its answer (answered-late.ts): meanwhile only the next attempt of this range may take it, and that waits for the call.
 */
export async function leaveRange(pool: Pool, slot: HeldSlot, input: LeaveRangeInput): Promise<RangeCounts> {
  return onlyRow(
    await runPrepared<RangeCounts>(pool, leaveRangeStatement, [
      slot.organizer,
      slot.n,
      slot.token,
      input.execution,
      input.firstBatch,
      input.lastBatch,
      input.finished,
      slot.range,
      input.gaveWay,
    ]),
  );
}
