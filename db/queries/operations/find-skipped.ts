import { sql } from 'kysely';
import type { Database } from '../../database';

/** Ids of the tickets that a run was told to skip, by its schedule's settings or its start. */
export async function findSkipped(database: Database, run: number): Promise<readonly string[]> {
  const { rows } = await sql<{ skip: readonly string[] }>`
    select coalesce(overrides -> 'skip', '[]') as skip from execution where id = ${run}`.execute(database.kysely);
  return rows[0]?.skip ?? [];
}
