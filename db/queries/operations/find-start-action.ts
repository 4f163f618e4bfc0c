import { sql } from 'kysely';
import type { Database } from '../../database';
import { epochMs } from './epoch-ms';

/** Somebody started a run with the command line. */
export interface StartActionRow {
  /** Of a push `run`, `force`, `again`; of retrieve-status `run`, `full resync`, `move cursor`, `replay file`. */
  readonly action: string;
  readonly who: string;
  readonly reason: string | null;
  readonly atMs: number;
}

/** Who started a run, and why; undefined when its schedule did, or a person in the Temporal UI. */
export async function findStartAction(
  database: Database,
  run: { readonly workflowId: string; readonly firstRunId: string },
): Promise<StartActionRow | undefined> {
  const { rows } = await sql<StartActionRow>`
    select action, who, reason, ${epochMs('at')} as "atMs"
    from operator_action
    where details ->> 'workflowId' = ${run.workflowId} and details ->> 'firstRunId' = ${run.firstRunId}
    order by id limit 1`.execute(database.kysely);
  return rows[0];
}
