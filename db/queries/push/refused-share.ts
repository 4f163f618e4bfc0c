import { sql } from 'kysely';
import { positionsPerBatch } from '../../../core/push/outcome';
import type { Database } from '../../database';

/** Tickets tried for the first time in this execution, and how many of them were refused (domain.md 4, `killRatio`). */
export async function countFirstTries(
  database: Database,
  input: { readonly execution: number },
): Promise<{ readonly tried: number; readonly refused: number }> {
  const { rows } = await sql<{ tried: number; refused: number }>`
    select count(*)::integer as tried, (count(*) filter (where e.outcome = 'REFUSED'))::integer as refused
    from execution_ticket e join execution_batch b on b.execution_id = e.execution_id and b.batch = e.batch
    where e.execution_id = ${input.execution} and e.position >= 0 and e.outcome in ('DELIVERED', 'REFUSED', 'UNKNOWN')
      and not b.tried_before[e.position % ${sql.lit(positionsPerBatch)} + 1]
  `.execute(database.kysely);
  return rows[0] ?? { tried: 0, refused: 0 };
}
