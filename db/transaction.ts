import type { Transaction } from 'kysely';
import type { Database } from './database';

/** Runs `work` in one transaction; no HTTP call may happen inside (style.md D2). */
export function inTransaction<Result>(
  database: Database,
  work: (transaction: Transaction<unknown>) => Promise<Result>,
): Promise<Result> {
  return database.kysely.transaction().execute(work);
}
