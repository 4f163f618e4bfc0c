import { sql } from 'kysely';
import type { Database } from '../../database';

/** The newest migration that ran on this database; undefined: none ever did. */
export async function readSchemaVersion(database: Database): Promise<string | undefined> {
  const known = await sql<{ readonly present: boolean }>`
    select to_regclass('schema_migration') is not null as "present"`.execute(database.kysely);
  if (known.rows[0]?.present !== true) return undefined;
  const { rows } = await sql<{ readonly name: string }>`
    select name from schema_migration order by id desc limit 1`.execute(database.kysely);
  return rows[0]?.name;
}
