import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../../database';
import type { ExecutionIdentity } from './identity';
import { isUnderWay } from './under-way';

export interface OpenExecutionRow extends ExecutionIdentity {
  readonly function: string;
  readonly scheduleId: string;
  /** Seconds since the run last did something that the database saw. */
  readonly silentForSeconds: number;
}

/** Executions that are open in the database. */
export async function findOpenExecutions(database: Database): Promise<readonly OpenExecutionRow[]> {
  const { rows } = await openExecutions(sql<boolean>`true`).execute(database.kysely);
  return rows;
}

/** The same of one account. */
export async function openExecutionsOf(database: Database, organizer: string): Promise<readonly OpenExecutionRow[]> {
  const { rows } = await openExecutions(sql<boolean>`e.organizer = ${organizer}`).execute(database.kysely);
  return rows;
}

/**
 * Open executions `e` for which `condition` holds; ids are text, so that they stay whole as JSON. A try that failed is a sign of life, too: it
 * ended at its deadline (call-failed.ts), and in an outage no call is new.
 */
export function openExecutions(condition: RawBuilder<boolean>): RawBuilder<OpenExecutionRow> {
  return sql<OpenExecutionRow>`
    select e.id::integer as execution, e.namespace, e.workflow_id as "workflowId", e.first_run_id as "firstRunId", e.function,
      e.schedule_id::text as "scheduleId",
      extract(epoch from now() - greatest(e.last_sign_at, (
        select max(greatest(c.announced_at, c.answered_at, case when c.counts_until is not null then c.deadline end))
        from call c where c.execution_id = e.id)))::integer
        as "silentForSeconds"
    from execution e
    where e.closed_at is null and ${condition}
    order by e.id`;
}

/** Frees claims that a lost run kept because a call of it might have been under way, once that call is over. */
export async function freeLeftClaims(database: Database, organizer: string | undefined): Promise<void> {
  await sql`
    with left_over as (
      select e.id from execution e
      where e.claims_left and (${organizer ?? null}::text is null or e.organizer = ${organizer ?? null})
        and not exists (
          select from call k
          where k.execution_id = e.id and ${sql.raw(isUnderWay('k'))})
    ), freed as (
      delete from claim c using left_over l where c.execution_id = l.id
    )
    update execution e set claims_left = false from left_over l where e.id = l.id
  `.execute(database.kysely);
}
