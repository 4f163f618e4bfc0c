import { type Kysely, sql } from 'kysely';
import type { RunIdentity } from '../push/open-execution';

export interface OpenRetrieveRow extends RunIdentity {
  readonly scheduleId: string;
  readonly interfaceId: string;
  readonly organizer: string;
  readonly trigger: string;
  readonly overrides: unknown;
  readonly settings: unknown;
}

/** The execution of this workflow run. `created`: this call made it, so what happens once, such as moving the cursor, is still to be done. */
export interface OpenedRow {
  readonly execution: number;
  readonly created: boolean;
  readonly closed: boolean;
  readonly report: unknown;
  /** An operator paused its interface. */
  readonly interfacePaused: boolean;
}

/** Creates the execution of this workflow run, or finds the one that an earlier attempt made. The caller has locked the run (lock-run.ts). */
export async function openRetrieveExecution(transaction: Kysely<unknown>, input: OpenRetrieveRow): Promise<OpenedRow> {
  const { rows } = await sql<OpenedRow>`
    with created as (
      insert into execution (namespace, workflow_id, first_run_id, function, schedule_id, interface_id, organizer, trigger, overrides, settings)
      values (${input.namespace}, ${input.workflowId}, ${input.firstRunId}, 'retrieve-status', ${input.scheduleId},
        ${input.interfaceId}, ${input.organizer}, ${input.trigger}, ${JSON.stringify(input.overrides)}::jsonb,
        ${JSON.stringify(input.settings)}::jsonb)
      on conflict (namespace, workflow_id, first_run_id) do nothing
      returning id
    ), opened as (
      select id, true as created, false as closed, null::jsonb as report from created
      union all
      select id, false, closed_at is not null, report from execution
      where namespace = ${input.namespace} and workflow_id = ${input.workflowId} and first_run_id = ${input.firstRunId}
    )
    select opened.id::float8 as execution, created, closed, report, i.paused as "interfacePaused"
    from opened join interface i on i.id = ${input.interfaceId}
  `.execute(transaction);
  const [row] = rows;
  if (row === undefined) throw new Error('An execution that is opened has a row');
  return row;
}
