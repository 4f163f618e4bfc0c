import { sql } from 'kysely';
import type { AskedBefore } from '../../../core/retrieve-status/progress';
import type { Database } from '../../database';

export interface AskedKeyWanted {
  readonly organizer: string;
  readonly paginationKey: string;
  readonly execution: number;
}

/**
 * Whether a page was written that was asked for with this pagination key, since an operator last moved the cursor (reliability.md F21). Each page
 * that belongs to the cursor notes its key (write-page.ts).
 */
export async function findAskedKey(
  database: Database,
  { organizer, paginationKey, execution }: AskedKeyWanted,
): Promise<AskedBefore | undefined> {
  const { rows } = await sql<AskedBefore>`
    select execution_id = ${execution} as "byThisRun", newest_change::float8 as newest
    from asked_key where organizer = ${organizer} and pagination_key = ${paginationKey}
  `.execute(database.kysely);
  return rows[0];
}
