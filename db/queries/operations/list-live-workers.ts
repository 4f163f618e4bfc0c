import { sql } from 'kysely';
import type { Database } from '../../database';
import { epochMs } from './epoch-ms';

/** A worker whose session at the database lives. */
export interface LiveWorker {
  readonly id: string;
  readonly name: string;
  readonly startedAtMs: number;
}

/** Workers whose session is there: its backend's number may be used again, so its start must be the same too. */
export async function listLiveWorkers(database: Database): Promise<readonly LiveWorker[]> {
  const { rows } = await sql<LiveWorker>`
    select w.id::text, w.name, ${epochMs('w.started_at')} as "startedAtMs"
    from pg_stat_get_activity(null) a
    join worker w on w.backend_pid = a.pid and w.backend_start = a.backend_start
    order by w.id`.execute(database.kysely);
  return rows;
}
