import { sql } from 'kysely';
import type { Database } from '../../database';
import { firstDue } from './candidates';
import { lastRun, type LastRun, type Mail } from './notice';
import type { OpenExecutionInput } from './open-execution';
import type { PushSelection } from './selection';
import { standingRefused } from './standing-refused';

export interface IdleQuestion {
  readonly selection: PushSelection;
  readonly scheduleId: string;
  readonly simulation: boolean;
}

/** A moment at which nothing was due, and what the report of a run at that moment needs. */
export interface IdleMoment {
  /** Drawn for the run; a run that has something to send draws none here. */
  readonly execution: string;
  /** The moment, in Postgres' text form. */
  readonly openedAt: string;
  /** The highest ticket id of the moment. */
  readonly upperTicketId: string;
  /** Tickets refused by earlier runs and still due; 0 in a simulation, which reports none. */
  readonly standingRefused: number;
  readonly lastRun: LastRun;
}

/** Undefined when something is due; then nothing but that is computed. */
export async function findIdleMoment(database: Database, question: IdleQuestion): Promise<IdleMoment | undefined> {
  const { selection, scheduleId, simulation } = question;
  const { rows } = await sql<IdleMoment>`
    with due as materialized (${firstDue(selection)})
    select nextval(pg_get_serial_sequence('execution', 'id')) as execution, now()::text as "openedAt",
      (select coalesce(max(id), 0) from ticket) as "upperTicketId",
      case when ${simulation}::boolean then 0 else (
        select count(*)::integer from ${standingRefused({ selection, execution: undefined })}) end as "standingRefused",
      (select to_jsonb(l) from (${lastRun({ scheduleId, execution: undefined })}) l) as "lastRun"
    where not exists (select from due)
  `.execute(database.kysely);
  return rows[0];
}

export interface IdleRun extends OpenExecutionInput {
  readonly moment: IdleMoment;
  readonly outcome: string;
  readonly report: unknown;
  readonly mail: Mail | undefined;
}

/**
 * Writes an execution that had nothing to do: opened, planned to its end, closed and mailed by one statement. False when this workflow run has
 * an execution already: what another attempt wrote stands.
 */
export async function writeIdleRun(database: Database, run: IdleRun): Promise<boolean> {
  const { moment, mail } = run;
  const { rows } = await sql`
    with run as (
      insert into execution (id, namespace, workflow_id, first_run_id, function, schedule_id, interface_id, organizer,
        trigger, overrides, settings, simulation, opened_at, upper_ticket_id, slices, planned_all, ending, closed_at,
        outcome, report)
      overriding system value
      values (${moment.execution}, ${run.namespace}, ${run.workflowId}, ${run.firstRunId}, ${run.function},
        ${run.scheduleId}, ${run.interfaceId}, ${run.organizer}, ${run.trigger},
        ${JSON.stringify(run.overrides)}::jsonb, ${JSON.stringify(run.settings)}::jsonb, ${run.simulation},
        ${moment.openedAt}::timestamptz, ${moment.upperTicketId}, 1, true, 'done', now(), ${run.outcome},
        ${JSON.stringify(run.report)}::jsonb)
      on conflict (namespace, workflow_id, first_run_id) do nothing
      returning id, interface_id
    ), slice as (
      insert into execution_slice (execution_id, number, first_batch, batches, tickets, cursor, last)
      select id, 1, 0, 0, 0, '{"refused": 0}', true from run
    ), mail as (
      insert into outbox (interface_id, execution_id, kind, recipients, subject, body)
      select i.id, run.id, ${mail?.kind ?? null}, i.notify, ${mail?.subject ?? null}, ${mail?.body ?? null}
      from run join interface i on i.id = run.interface_id
      where ${mail !== undefined}::boolean and cardinality(i.notify) > 0
    )
    select from run
  `.execute(database.kysely);
  return rows.length > 0;
}
