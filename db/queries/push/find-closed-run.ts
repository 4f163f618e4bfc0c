import { sql } from 'kysely';
import type { Database } from '../../database';

/** Whether there is a closed execution of that number and schedule: only such a one can be run again. */
export async function isClosedRun(
  database: Database,
  run: { readonly execution: number; readonly scheduleId: string },
): Promise<boolean> {
  const { rows } = await sql`
    select from execution
    where id = ${run.execution} and schedule_id = ${run.scheduleId}::bigint and closed_at is not null
  `.execute(database.kysely);
  return rows.length > 0;
}
