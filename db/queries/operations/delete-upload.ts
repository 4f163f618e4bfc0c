import { sql } from 'kysely';
import type { Database } from '../../database';

/** Takes an upload away that no run was started for; its records go with it. */
export async function deleteUpload(database: Database, upload: number): Promise<void> {
  await sql`delete from upload where id = ${upload}`.execute(database.kysely);
}
