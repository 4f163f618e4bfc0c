import { sql } from 'kysely';
import type { Database } from '../../database';
import { epochMs } from './epoch-ms';

/** What keeps a run from calling its TIXNGO account, by the database's clock. */
export interface GateRow {
  /** No valid answer since then; `forMs`: of that, within this run. Null while TIXNGO answers, and until somebody has asked since the run was opened. */
  readonly failing: { readonly code: string; readonly sinceMs: number; readonly forMs: number } | null;
  /** The pause that TIXNGO asked for, and what is left of it. */
  readonly pause: { readonly untilMs: number; readonly leftMs: number } | null;
}

/**
 * How TIXNGO fails, of the gate `g`, for the run `e`, or the oldest of several. An outage that ended the last run stands there until the first call
 * of the next one, which may be planning for long.
 */
export const failing = sql`case when g.failing_since is not null and g.probe_at > e.opened_at
  then jsonb_build_object('code', g.failing_code, 'sinceMs', ${epochMs('g.failing_since')},
    'forMs', (extract(epoch from now() - greatest(g.failing_since, e.opened_at)) * 1000)::float8) end`;

/** The pause that TIXNGO asked the gate `g` for, while it lasts. */
export const pause = sql`case when g.not_before > now()
  then jsonb_build_object('untilMs', ${epochMs('g.not_before')},
    'leftMs', (extract(epoch from g.not_before - now()) * 1000)::float8) end`;

/**
 * The gate of the account of this run. A key that is refused is not told: it keeps no run waiting, for it ends those that are open, and the first
 * call of a later one asks again.
 */
export async function readGate(database: Database, run: number): Promise<GateRow | undefined> {
  const { rows } = await sql<GateRow>`
    select ${failing} as "failing", ${pause} as "pause"
    from execution e
    join organizer_gate g on g.organizer = e.organizer
    where e.id = ${run}`.execute(database.kysely);
  return rows[0];
}
