import { sql } from 'kysely';
import type { Database } from '../../database';
import { epochMs } from './epoch-ms';

/** Somebody paused, resumed or stopped something. */
export interface OperatorActionRow {
  /** `run 812`, `schedule interface/name`, `interface name`, `organizer name`. */
  readonly subject: string;
  readonly action: 'pause' | 'resume' | 'stop';
  readonly who: string;
  readonly reason: string | null;
  readonly atMs: number;
}

/** Who paused, resumed or stopped these subjects, when and why, oldest first. What was done in the Temporal UI is not recorded. */
export async function listOperatorActions(
  database: Database,
  subjects: readonly string[],
): Promise<readonly OperatorActionRow[]> {
  if (subjects.length === 0) return [];
  const { rows } = await sql<OperatorActionRow>`
    select subject, action, who, reason, ${epochMs('at')} as "atMs"
    from operator_action
    where subject = any (${subjects}::text[]) and action in ('pause', 'resume', 'stop')
    order by at, id`.execute(database.kysely);
  return rows;
}
