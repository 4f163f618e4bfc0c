import { sql } from 'kysely';
import type { Database } from '../../database';
import type { RetrieveCounts } from '../../../core/retrieve-status/counts';
import { readCounts } from '../retrieve-status/counts';
import { epochMs } from './epoch-ms';

/** A run as its row tells it; times in milliseconds since 1970. */
export interface ExecutionRow {
  readonly run: number;
  readonly namespace: string;
  readonly workflowId: string;
  readonly firstRunId: string;
  readonly function: string;
  readonly scheduleId: string;
  readonly schedule: string;
  readonly interface: string;
  readonly organization: string;
  readonly organizer: string;
  readonly timeZone: string;
  readonly trigger: 'SCHEDULE' | 'OPERATOR';
  readonly simulation: boolean;
  readonly openedAtMs: number;
  readonly lastSignAtMs: number;
  readonly closedAtMs: number | null;
  readonly paused: boolean;
  readonly planned: number;
  readonly ending: string | null;
  readonly outcome: 'OK' | 'WARNING' | 'SKIPPED' | 'ERROR' | null;
  readonly message: string | null;
  /** Tickets that earlier runs refused and that were still due when it closed; 0 while it is open. */
  readonly standingRefused: number;
  /** Numbers of records and pages of a retrieve-status run; null for a push. */
  readonly retrieved: RetrieveCounts | null;
  /** Where a retrieve-status run was told to read from; null: from the cursor, or a push. */
  readonly readFrom: ReadFrom | null;
}

/** One of three: everything again, from a pagination key that an operator named, or a file. */
export interface ReadFrom {
  readonly fullResync: boolean;
  readonly cursor: string | null;
  /** The pagination key that stood there before; null when the cursor was not moved. */
  readonly leftCursor: string | null;
  /** Number of the file. */
  readonly upload: number | null;
  /** Records of the file, and how many of them are applied; null when its upload is gone, or there is no file. */
  readonly fileRecords: number | null;
  readonly fileApplied: number | null;
}

/** A run by its number, by workflow id and first run id, or the newest of a workflow id; undefined when there is none (or it has not planned yet). */
export async function findExecution(
  database: Database,
  wanted: { readonly run: number } | { readonly workflowId: string; readonly firstRunId?: string },
): Promise<ExecutionRow | undefined> {
  const condition =
    'run' in wanted
      ? sql`e.id = ${wanted.run}`
      : sql`e.workflow_id = ${wanted.workflowId}
        and (${wanted.firstRunId === undefined}::boolean or e.first_run_id = ${wanted.firstRunId ?? null}::text)`;
  const { rows } = await sql<ExecutionRow>`
    select e.id::float8 as "run", e.namespace, e.workflow_id as "workflowId", e.first_run_id as "firstRunId", e.function,
      s.id::text as "scheduleId", s.name as "schedule", i.name as "interface", o.code as "organization", e.organizer,
      o.time_zone as "timeZone", e.trigger, e.simulation, ${epochMs('e.opened_at')} as "openedAtMs",
      ${epochMs('e.last_sign_at')} as "lastSignAtMs", ${epochMs('e.closed_at')} as "closedAtMs",
      e.paused_at is not null as "paused", e.planned, e.ending, e.outcome,
      coalesce(e.report ->> 'message', e.ending_reason) as "message",
      coalesce((e.report ->> 'standingRefused')::integer, 0) as "standingRefused",
      e.retrieved, case when e.function = 'retrieve-status' and (coalesce((e.overrides ->> 'fullResync')::boolean, false)
          or e.overrides ->> 'cursor' is not null or e.overrides ->> 'upload' is not null)
        then jsonb_build_object('fullResync', coalesce((e.overrides ->> 'fullResync')::boolean, false), 'cursor', e.overrides ->> 'cursor',
          'leftCursor', e.overrides ->> 'leftCursor', 'upload', (e.overrides ->> 'upload')::bigint,
          'fileRecords', (u.content ->> 'records')::bigint, 'fileApplied', case when u.id is not null then e.upload_position end)
        end as "readFrom"
    from execution e
    join schedule s on s.id = e.schedule_id
    join interface i on i.id = e.interface_id
    join organization o on o.id = i.organization_id
    left join upload u on u.id = (e.overrides ->> 'upload')::bigint and u.kind = 'records'
    where ${condition}
    order by e.id desc limit 1`.execute(database.kysely);
  const [row] = rows;
  if (row === undefined) return undefined;
  return { ...row, retrieved: row.function === 'retrieve-status' ? readCounts(row.retrieved) : null };
}
