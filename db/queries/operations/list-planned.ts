import { sql } from 'kysely';
import type { Database } from '../../database';

/** A run as Temporal knows it. */
export interface WorkflowRun {
  readonly workflowId: string;
  readonly firstRunId: string;
}

/** Those of the runs given that have an execution: what a worker has planned. */
export async function listPlanned(
  database: Database,
  namespace: string,
  runs: readonly WorkflowRun[],
): Promise<readonly WorkflowRun[]> {
  const { rows } = await sql<WorkflowRun>`
    select e.workflow_id as "workflowId", e.first_run_id as "firstRunId"
    from unnest(${runs.map(({ workflowId }) => workflowId)}::text[], ${runs.map(({ firstRunId }) => firstRunId)}::text[])
      as given (workflow_id, first_run_id)
    join execution e on e.namespace = ${namespace} and e.workflow_id = given.workflow_id and e.first_run_id = given.first_run_id`.execute(
    database.kysely,
  );
  return rows;
}
