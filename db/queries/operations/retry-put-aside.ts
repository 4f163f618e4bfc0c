import { sql } from 'kysely';
import type { Database } from '../../database';

/** Lets the next run of their account try these records again, whatever kept them back; gives the accounts of those that wait. */
export async function retryPutAside(
  database: Database,
  ids: readonly string[],
): Promise<readonly { readonly id: string; readonly organizer: string }[]> {
  const { rows } = await sql<{ id: string; organizer: string }>`
    update put_aside set retry_wanted = true where id = any (${ids}::bigint[]) and applied_at is null and dropped_at is null
    returning id, organizer
  `.execute(database.kysely);
  return rows;
}
