import { sql } from 'kysely';
import type { Database } from '../../database';

/** How many records a run has put aside, by reason, the most frequent one first; whatever became of them since. Those of skipped tickets are no such. */
export async function countPutAside(
  database: Database,
  execution: number,
): Promise<readonly { readonly reason: string; readonly records: number }[]> {
  const { rows } = await sql<{ reason: string; records: number }>`
    select reason, count(*)::float8 as records from put_aside where execution_id = ${execution} and reason <> 'SKIPPED'
    group by reason order by records desc, reason
  `.execute(database.kysely);
  return rows;
}
