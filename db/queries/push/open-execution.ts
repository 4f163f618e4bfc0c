import { type Kysely, sql } from 'kysely';
import type { ExecutionIdentity } from './identity';

/** A workflow run before its execution has a number. */
export type RunIdentity = Omit<ExecutionIdentity, 'execution'>;

export interface OpenExecutionInput extends RunIdentity {
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
  readonly organizationCode: string;
  readonly interfaceName: string;
  readonly simulation: boolean;
}

/**
 * Creates the execution of this workflow run; another attempt that was quicker stands. The highest ticket id of the moment bounds the run,
 * so that tickets sold meanwhile are left to the next one.
 */
export async function openExecution(transaction: Kysely<unknown>, input: OpenExecutionInput): Promise<void> {
  await sql`
    insert into execution (namespace, workflow_id, first_run_id, function, schedule_id, interface_id, organizer,
      trigger, overrides, settings, simulation, upper_ticket_id)
    values (${input.namespace}, ${input.workflowId}, ${input.firstRunId}, ${input.function}, ${input.scheduleId},
      ${input.interfaceId}, ${input.organizer}, ${input.trigger}, ${JSON.stringify(input.overrides)}::jsonb,
      ${JSON.stringify(input.settings)}::jsonb, ${input.simulation}, (select coalesce(max(id), 0) from ticket))
    on conflict (namespace, workflow_id, first_run_id) do nothing
  `.execute(transaction);
}

/** The execution of this workflow run, which the caller has locked (lock-run.ts). Undefined when there is none. */
export async function readExecution(
  transaction: Kysely<unknown>,
  run: RunIdentity,
): Promise<OpenExecution | undefined> {
  const { rows } = await sql<OpenExecution>`
    select e.id, e.opened_at::text as "openedAt", e.upper_ticket_id as "upperTicketId", e.planned, e.slices,
      e.closed_at is not null as closed, e.settings, e.overrides, e.schedule_id as "scheduleId",
      i.organization_id as "organizationId", o.code as "organizationCode", i.name as "interfaceName", e.simulation,
      execution_partition_for(e.id) as "partition"
    from execution e join interface i on i.id = e.interface_id join organization o on o.id = i.organization_id
    where e.namespace = ${run.namespace} and e.workflow_id = ${run.workflowId} and e.first_run_id = ${run.firstRunId}
  `.execute(transaction);
  return rows[0];
}
