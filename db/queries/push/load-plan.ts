import type { Pool } from 'pg';
import { positionsPerBatch } from '../../../core/push/outcome';
import { type PreparedStatement, runPrepared } from '../../prepared';
import { isOver } from './under-way';

/** A batch as it was planned, and how far it has come. */
export interface PlannedBatch {
  readonly batch: number;
  readonly ticketIds: readonly string[];
  readonly markVersions: readonly number[];
  /** Positions that have an outcome. */
  readonly settled: readonly number[];
  readonly calls: readonly AnnouncedCall[];
}

export interface AnnouncedCall {
  readonly number: number;
  readonly key: string;
  readonly positions: readonly number[];
  readonly answered: boolean;
  readonly refusedWhole: boolean;
  /** It was sent more than once. */
  readonly repeated: boolean;
  /**
   * It cannot be under way any more: past its deadline, its worker's session gone, or the asking attempt's own, which makes none while it
   * loads: its announcement was committed unheard, and not repeated.
   */
  readonly over: boolean;
}

const width = positionsPerBatch.toString();

/** The statement behind `loadPlan`. */
export const loadPlanStatement: PreparedStatement = {
  name: 'push-load-plan',
  text: `
select b.batch, b.ticket_ids as "ticketIds", b.mark_versions as "markVersions",
  array(select u.position from execution_undelivered u where u.execution_id = b.execution_id
      and u.position between b.batch * ${width} and (b.batch + 1) * ${width} - 1
    union all select d.position from call c, unnest(c.delivered) as d(position)
      where c.execution_id = b.execution_id and c.batch = b.batch) as "settled",
  coalesce((
    select jsonb_agg(jsonb_build_object('number', c.number, 'key', c.key, 'positions', c.positions,
      'answered', c.answered_at is not null, 'refusedWhole', c.refusal_code is not null,
      'repeated', c.repeats > 0, 'over', ${isOver('c')} or (c.worker_id, c.token) = ($4::bigint, $5::bigint)) order by c.number)
    from call c where c.execution_id = b.execution_id and c.batch = b.batch), '[]') as "calls"
from execution_batch b
where b.execution_id = $1 and b.batch between $2 and $3
order by b.batch`,
};

export interface LoadPlanInput {
  readonly execution: number;
  readonly first: number;
  readonly last: number;
  /** Those of the attempt that asks. */
  readonly worker: string;
  readonly token: string;
}

/** Plan and progress of the batches `first` to `last`. */
export function loadPlan(pool: Pool, input: LoadPlanInput): Promise<readonly PlannedBatch[]> {
  const { execution, first, last, worker, token } = input;
  return runPrepared<PlannedBatch>(pool, loadPlanStatement, [execution, first, last, worker, token]);
}
