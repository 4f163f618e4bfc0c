import { type Kysely, sql } from 'kysely';
import { positionsPerBatch } from '../../../core/push/outcome';
import type { ExecutionIdentity } from './identity';
import { lockRun } from './lock-run';
import { isUnderWay } from './under-way';

/** An execution that is about to be closed, its row locked. */
export interface ClosingExecution {
  readonly closed: boolean;
  readonly report: unknown;
  readonly ending: string | null;
  readonly endingReason: string | null;
  readonly planned: number;
  readonly slices: number;
  readonly rangesFinished: number;
  readonly simulation: boolean;
  readonly function: string;
  readonly scheduleId: string;
  readonly interfaceId: string;
  readonly interfaceName: string;
  readonly organization: string;
  readonly organizer: string;
  readonly organizationId: string;
  readonly settings: unknown;
  readonly overrides: unknown;
}

/**
 * Waits for a slice that is being planned, and locks the row, so that two closes follow one another and the first stands. Undefined when it is
 * not known under this identity.
 *
 * The slots are locked before the row, in the order of an announcement and of a range that ends. A call that a lane is announcing is waited
 * for here: only a later statement of the close sees it, for this one sees the calls as they were when it began to wait.
 */
export async function lockForClose(
  transaction: Kysely<unknown>,
  identity: ExecutionIdentity,
): Promise<ClosingExecution | undefined> {
  await lockRun(transaction, identity);
  const { rows } = await sql<ClosingExecution>`
    with slots as materialized (
      select from call_slot where execution_id = ${identity.execution} order by n for no key update
    )
    select e.closed_at is not null as closed, e.report, e.ending, e.ending_reason as "endingReason", e.planned, e.slices,
      e.ranges_finished as "rangesFinished", e.simulation, e.function, e.schedule_id as "scheduleId",
      e.interface_id as "interfaceId", i.name as "interfaceName", o.code as organization, e.organizer,
      i.organization_id as "organizationId", e.settings, e.overrides
    from execution e join interface i on i.id = e.interface_id join organization o on o.id = i.organization_id
    where e.id = ${identity.execution} and e.namespace = ${identity.namespace}
      and e.workflow_id = ${identity.workflowId} and e.first_run_id = ${identity.firstRunId}
      -- Always so: it makes Postgres lock them before it looks for the row.
      and (select count(*) from slots) >= 0
    for no key update of e
  `.execute(transaction);
  return rows[0];
}

/**
 * Takes the slots of a locked execution away: every announcement that holds one either came before this or fails. A call of a lost run, or of
 * a worker that is frozen while its run ends, may still be under way: its slot stays held until its deadline while its worker lives.
 */
export async function takeSlotsAway(transaction: Kysely<unknown>, execution: number): Promise<void> {
  await sql`
    with under_way as (
      select c.range_number, max(c.deadline) as deadline from call c
      where c.execution_id = ${execution} and ${sql.raw(isUnderWay('c'))}
      group by c.range_number
    )
    update call_slot s set token = s.token + 1,
      interface_id = case when u.range_number is not null then s.interface_id end,
      execution_id = case when u.range_number is not null then s.execution_id end,
      range_number = case when u.range_number is not null then s.range_number end,
      worker_id = case when u.range_number is not null then s.worker_id end,
      held_since = case when u.range_number is not null then s.held_since end,
      until = u.deadline
    from call_slot o left join under_way u on u.range_number = o.range_number
    where s.organizer = o.organizer and s.n = o.n and o.execution_id = ${execution}
  `.execute(transaction);
  await sql`delete from slot_wait where execution_id = ${execution}`.execute(transaction);
}

/** Frees the claims of a closed execution, but for tickets of a call that may still be under way. */
export async function freeClaims(transaction: Kysely<unknown>, execution: number): Promise<void> {
  await sql`
    delete from claim c
    where c.execution_id = ${execution} and not exists (
      select from call k join execution_batch b on b.execution_id = k.execution_id and b.batch = k.batch,
        unnest(k.positions) as u(position)
      where k.execution_id = ${execution} and ${sql.raw(isUnderWay('k'))}
        and b.ticket_ids[u.position % ${sql.lit(positionsPerBatch)} + 1] = c.ticket_id)
  `.execute(transaction);
}

/** Replaces the report of a closed execution: a delivery was learnt after its close. */
export async function rewriteReport(
  transaction: Kysely<unknown>,
  input: { readonly execution: number; readonly outcome: string; readonly report: unknown },
): Promise<void> {
  await sql`
    update execution set outcome = ${input.outcome}, report = ${JSON.stringify(input.report)}::jsonb
    where id = ${input.execution} and closed_at is not null
  `.execute(transaction);
}

/** Writes how the execution ended. Its slots and claims are given back before. */
export async function writeClose(
  transaction: Kysely<unknown>,
  input: {
    readonly execution: number;
    readonly ending: string;
    readonly endingReason: string | null;
    readonly outcome: string;
    readonly report: unknown;
  },
): Promise<void> {
  await sql`
    update execution set ending = ${input.ending}, ending_reason = ${input.endingReason}, closed_at = now(),
      outcome = ${input.outcome}, report = ${JSON.stringify(input.report)}::jsonb, last_sign_at = now(),
      claims_left = exists (select from claim c where c.execution_id = ${input.execution})
    where id = ${input.execution}
  `.execute(transaction);
}
