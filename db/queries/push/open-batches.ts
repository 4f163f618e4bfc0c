import { type Kysely, sql } from 'kysely';

/** Batches that still have tickets without an outcome, in order; empty when the whole plan is settled. */
export async function openBatches(transaction: Kysely<unknown>, execution: number): Promise<readonly number[]> {
  const { rows } = await sql<{ batch: number }>`
    with settled as (
      select batch, count(*) as tickets from execution_ticket
      where execution_id = ${execution} and position >= 0 group by 1
    )
    select b.batch from execution_batch b left join settled s on s.batch = b.batch
    where b.execution_id = ${execution} and coalesce(s.tickets, 0) < cardinality(b.ticket_ids)
    order by b.batch
  `.execute(transaction);
  return rows.map((row) => row.batch);
}
