import { sql } from 'kysely';
import type { Database } from '../../database';
import { type FoundSchedule, schedulesNamed } from './find-schedule';
import { openExecutions, type OpenExecutionRow } from './lost-executions';
import type { RunIdentity } from './open-execution';

/** What planning asks before it plans. */
export interface RunSurvey {
  /** The account of the execution that this workflow run has opened already; null when it has opened none. */
  readonly openedFor: string | null;
  /** All schedules of the name that are not archived. */
  readonly schedules: readonly FoundSchedule[];
  /** Open executions of the account: that of the execution, else that of the schedule. */
  readonly open: readonly OpenExecutionRow[];
  /** Whether a closed execution of the account has kept claims. */
  readonly claimsLeft: boolean;
}

/** All of it in one statement: every five minutes a schedule asks, and mostly nothing is due. */
export async function surveyRun(database: Database, run: RunIdentity, schedule: string): Promise<RunSurvey> {
  const ofAccount = sql<boolean>`e.organizer in (select organizer from account)`;
  const { rows } = await sql<RunSurvey>`
    with opened as (
      select organizer from execution
      where namespace = ${run.namespace} and workflow_id = ${run.workflowId} and first_run_id = ${run.firstRunId}
    ), named as materialized (${schedulesNamed(schedule)}),
    account as materialized (
      select organizer from opened
      union select organizer from named where not exists (select from opened)
    )
    select (select organizer from opened) as "openedFor",
      (select coalesce(jsonb_agg(n order by n.interface), '[]') from named n) as schedules,
      (select coalesce(jsonb_agg(o order by o.execution), '[]') from (${openExecutions(ofAccount)}) o) as open,
      exists (select from execution e where e.claims_left and ${ofAccount}) as "claimsLeft"
  `.execute(database.kysely);
  const [survey] = rows;
  if (survey === undefined) throw new Error('A selection without a table gives one row');
  return survey;
}
