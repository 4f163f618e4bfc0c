import { type Kysely, sql } from 'kysely';

export interface RecordedSlice {
  readonly number: number;
  readonly firstBatch: number;
  readonly batches: number;
  readonly tickets: number;
  readonly last: boolean;
  /** Class, last attempt and id of its last candidate; `refused`: earlier refused tickets in it. */
  readonly cursor: { readonly class?: number; readonly at?: string; readonly id?: string; readonly refused: number };
}

/** The slices of an execution, in order. */
export async function loadSlices(transaction: Kysely<unknown>, execution: string): Promise<readonly RecordedSlice[]> {
  const { rows } = await sql<RecordedSlice>`
    select number, first_batch as "firstBatch", batches, tickets, last, cursor
    from execution_slice where execution_id = ${execution}::bigint order by number
  `.execute(transaction);
  return rows;
}
