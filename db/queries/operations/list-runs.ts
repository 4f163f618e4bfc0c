import { sql } from 'kysely';
import type { Database } from '../../database';
import type { RetrieveCounts } from '../../../core/retrieve-status/counts';
import { epochMs } from './epoch-ms';

/** A run in a list; times in milliseconds since 1970, counts in tickets. */
export interface RunRow {
  readonly run: number;
  readonly function: string;
  /** `interface/schedule`. */
  readonly schedule: string;
  readonly trigger: 'SCHEDULE' | 'OPERATOR';
  readonly workflowId: string;
  readonly firstRunId: string;
  readonly openedAtMs: number;
  readonly closedAtMs: number | null;
  readonly planned: number;
  readonly delivered: number;
  readonly refused: number;
  /** Numbers of records of a run of retrieve-status that has read some; see `readCounts`. */
  readonly retrieved: Partial<RetrieveCounts> | null;
  readonly outcome: 'OK' | 'WARNING' | 'SKIPPED' | 'ERROR' | null;
}

/** The runs opened since a moment, oldest first; an open one has no counts yet. Reads the index on the time of opening. */
export async function listRuns(database: Database, sinceMs: number): Promise<readonly RunRow[]> {
  const { rows } = await sql<RunRow>`
    select e.id::float8 as "run", e.function, i.name || '/' || s.name as "schedule", e.trigger, e.workflow_id as "workflowId",
      e.first_run_id as "firstRunId", ${epochMs('e.opened_at')} as "openedAtMs", ${epochMs('e.closed_at')} as "closedAtMs",
      e.planned, coalesce((e.report ->> 'delivered')::integer, 0) as "delivered",
      coalesce((e.report ->> 'refused')::integer, 0) as "refused", e.retrieved, e.outcome
    from execution e
    join schedule s on s.id = e.schedule_id
    join interface i on i.id = e.interface_id
    where e.opened_at >= to_timestamp(${sinceMs}::float8 / 1000)
    order by e.opened_at, e.id`.execute(database.kysely);
  return rows;
}
