import { sql } from 'kysely';
import type { Database } from '../database';

export interface FoundInterface {
  readonly name: string;
  readonly organizer: string;
  readonly url: string;
  readonly apiKeyReference: unknown;
}

/** The interface of that name, unless it is archived. */
export async function findInterface(database: Database, name: string): Promise<FoundInterface | undefined> {
  const { rows } = await sql<FoundInterface>`
    select name, organizer, url, api_key_reference as "apiKeyReference" from interface
    where name = ${name} and archived_at is null
  `.execute(database.kysely);
  return rows[0];
}
