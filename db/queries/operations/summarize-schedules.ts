import { sql } from 'kysely';
import type { Database } from '../../database';
import { epochMs } from './epoch-ms';

/**
 * How one schedule stands: its last closed run, the good one that closed last, the open ones. Times in milliseconds since 1970. A simulation sends nothing, so it
 * is neither: the last one is told apart, while no run that sends has closed since.
 */
export interface ScheduleSummaryRow {
  readonly scheduleId: string;
  readonly last: LastRun | null;
  readonly lastGoodAtMs: number | null;
  /** Number of that run. */
  readonly lastGoodRun: number | null;
  readonly lastSimulation: LastRun | null;
  readonly open: readonly OpenRun[];
}

export interface LastRun {
  readonly run: number;
  readonly outcome: 'OK' | 'WARNING' | 'SKIPPED' | 'ERROR';
  readonly ending: string;
  readonly openedAtMs: number;
  readonly closedAtMs: number;
  readonly message: string | null;
}

export interface OpenRun {
  readonly run: number;
  readonly workflowId: string;
  readonly openedAtMs: number;
  readonly lastSignAtMs: number;
  readonly paused: boolean;
  readonly simulation: boolean;
  readonly planned: number;
  /** Records that a retrieve-status run has read so far; 0 for a push. */
  readonly records: number;
}

const lastRun = sql`jsonb_build_object('run', e.id, 'outcome', e.outcome, 'ending', e.ending, 'openedAtMs', ${epochMs('e.opened_at')},
  'closedAtMs', ${epochMs('e.closed_at')}, 'message', coalesce(e.report ->> 'message', e.ending_reason))`;

/** A run may close after later ones, as a long one that idle ones pass: how many of these are looked behind, so that no whole past is read. */
const MOST_BESIDE = 1_000;

/** One row per schedule given; each reads the newest entries of the index (schedule, id desc). */
export async function summarizeSchedules(
  database: Database,
  scheduleIds: readonly string[],
): Promise<readonly ScheduleSummaryRow[]> {
  const { rows } = await sql<ScheduleSummaryRow>`
    select wanted.id::text as "scheduleId", last.run as "last", good.at as "lastGoodAtMs", good.id::float8 as "lastGoodRun",
      simulated.run as "lastSimulation", coalesce(open.runs, '[]') as "open"
    from unnest(${scheduleIds}::bigint[]) as wanted (id)
    left join lateral (
      select e.id, ${lastRun} as run
      from execution e where e.schedule_id = wanted.id and e.closed_at is not null and not e.simulation order by e.id desc limit 1
    ) last on true
    left join lateral (
      select ${lastRun} as run
      from execution e where e.schedule_id = wanted.id and e.closed_at is not null and e.simulation and e.id > coalesce(last.id, 0)
      order by e.id desc limit 1
    ) simulated on true
    left join lateral (
      select newest.id, ${epochMs('newest.closed_at')} as at
      from (
        select e.id, e.closed_at from execution e
        where e.schedule_id = wanted.id and e.outcome in ('OK', 'WARNING') and not e.simulation order by e.id desc limit ${MOST_BESIDE}
      ) newest
      order by newest.closed_at desc, newest.id desc limit 1
    ) good on true
    left join lateral (
      select jsonb_agg(jsonb_build_object('run', e.id, 'workflowId', e.workflow_id, 'openedAtMs', ${epochMs('e.opened_at')},
        'lastSignAtMs', ${epochMs('e.last_sign_at')}, 'paused', e.paused_at is not null, 'simulation', e.simulation, 'planned', e.planned,
        'records', coalesce((e.retrieved ->> 'records')::float8, 0)) order by e.id) as runs
      from execution e
      join schedule s on s.id = e.schedule_id
      join interface i on i.id = s.interface_id
      where e.organizer = i.organizer and e.closed_at is null and e.schedule_id = wanted.id
    ) open on true`.execute(database.kysely);
  return rows;
}
