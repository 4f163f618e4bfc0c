import { sql } from 'kysely';
import type { Database } from '../../database';

/** Ids of the tickets that were added last, at most `most`. */
export async function listNewestTickets({ kysely }: Database, most: number): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`select id from ticket order by id desc limit ${most}`.execute(kysely);
  return rows.map(({ id }) => id);
}
