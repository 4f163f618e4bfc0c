import { sql } from 'kysely';
import type { Database } from '../../database';

/** An execution that is open here, with what Temporal knows its workflow by. */
export interface OpenExecutionRow {
  readonly run: number;
  readonly workflowId: string;
  readonly firstRunId: string;
}

/** The open executions of a namespace: a handful. */
export async function listOpenExecutions(database: Database, namespace: string): Promise<readonly OpenExecutionRow[]> {
  const { rows } = await sql<OpenExecutionRow>`
    select id::float8 as "run", workflow_id as "workflowId", first_run_id as "firstRunId"
    from execution where closed_at is null and namespace = ${namespace}
    order by id`.execute(database.kysely);
  return rows;
}
