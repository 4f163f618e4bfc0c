import type { Pool } from 'pg';
import { onlyRow, type PreparedStatement, runPrepared } from '../../prepared';
import { positionsPerBatch } from '../../../core/push/outcome';
import type { HeldSlot } from './announce';

export interface RangeCounts {
  readonly delivered: number;
  readonly refused: number;
  readonly skipped: number;
  readonly simulated: number;
  readonly unknown: number;
  readonly notTried: number;
}

const width = positionsPerBatch.toString();

/** The statement behind `leaveRange`. */
export const leaveRangeStatement: PreparedStatement = {
  name: 'push-leave-range',
  text: `
with freed as (
  update call_slot set token = token + 1, interface_id = null, execution_id = null, range_number = null,
    worker_id = null, held_since = null, until = null
  where organizer = $1 and n = $2 and token = $3::bigint and execution_id = $4
  returning 1
), finished as (
  update execution set ranges_finished = ranges_finished + $7::boolean::integer, last_sign_at = now(),
    narrowing_range = case when narrowing_range <> $8 then narrowing_range end
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
