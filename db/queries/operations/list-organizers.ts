import { sql } from 'kysely';
import type { Database } from '../../database';

/** The organizers (TIXNGO accounts) that an interface ever had, by name: their records put aside stay when it goes. */
export async function listOrganizers(database: Database): Promise<readonly string[]> {
  const { rows } = await sql<{ organizer: string }>`
    select organizer from organizer_gate order by organizer`.execute(database.kysely);
  return rows.map(({ organizer }) => organizer);
}
