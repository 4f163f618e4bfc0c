import { sql } from 'kysely';
import type { Database } from '../../database';

/** Calls without an answer on record, of the runs opened since a moment (milliseconds since 1970). */
export async function countUnanswered(database: Database, sinceMs: number): Promise<number> {
  const { rows } = await sql<{ calls: number }>`
    select count(*)::float8 as calls from call c join execution e on e.id = c.execution_id
    where c.answered_at is null and e.opened_at >= to_timestamp(${sinceMs}::float8 / 1000)`.execute(database.kysely);
  return rows[0]?.calls ?? 0;
}
