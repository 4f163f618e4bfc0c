import { type Kysely, sql } from 'kysely';

export interface OpenExecutionInput {
  readonly namespace: string;
  readonly workflowId: string;
  readonly firstRunId: string;
  readonly function: string;
  readonly scheduleId: string;
  readonly interfaceId: string;
  readonly organizer: string;
  readonly trigger: string;
  readonly overrides: unknown;
  readonly settings: unknown;
  readonly simulation: boolean;
}

/** An execution as planning sees it; instants are Postgres' text form, so that no microsecond is lost on the way back. */
export interface OpenExecution {
  readonly id: string;
  readonly openedAt: string;
  readonly upperTicketId: string;
  readonly planned: number;
  readonly slices: number;
  readonly closed: boolean;
  readonly settings: unknown;
  readonly overrides: unknown;
  readonly scheduleId: string;
  readonly organizationId: string;
  readonly simulation: boolean;
}

/**
 * Finds or creates the execution of this workflow run and locks its row: a second attempt waits here and then gets the same plan. The
 * lock is one that foreign keys do not wait for (`no key`), else no call could be announced while a slice is planned. The highest
 * ticket id of the moment bounds the run, so that tickets sold meanwhile are left to the next one.
 */
export async function openExecution(transaction: Kysely<unknown>, input: OpenExecutionInput): Promise<OpenExecution> {
  await sql`
    insert into execution (namespace, workflow_id, first_run_id, function, schedule_id, interface_id, organizer,
      trigger, overrides, settings, simulation, upper_ticket_id)
    values (${input.namespace}, ${input.workflowId}, ${input.firstRunId}, ${input.function}, ${input.scheduleId},
      ${input.interfaceId}, ${input.organizer}, ${input.trigger}, ${JSON.stringify(input.overrides)}::jsonb,
      ${JSON.stringify(input.settings)}::jsonb, ${input.simulation}, (select coalesce(max(id), 0) from ticket))
    on conflict (namespace, workflow_id, first_run_id) do nothing
  `.execute(transaction);
  const { rows } = await sql<OpenExecution>`
    select e.id, e.opened_at::text as "openedAt", e.upper_ticket_id as "upperTicketId", e.planned, e.slices,
      e.closed_at is not null as closed, e.settings, e.overrides, e.schedule_id as "scheduleId",
      i.organization_id as "organizationId", e.simulation, execution_partition_for(e.id) as "partition"
    from execution e join interface i on i.id = e.interface_id
    where e.namespace = ${input.namespace} and e.workflow_id = ${input.workflowId}
      and e.first_run_id = ${input.firstRunId}
    for no key update of e
  `.execute(transaction);
  const [execution] = rows;
  if (execution === undefined) throw new Error('An execution that was just inserted is not there');
  return execution;
}
