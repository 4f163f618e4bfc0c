import { type Kysely, sql } from 'kysely';
import type { RefusalTally } from '../../../core/push/report';

export interface OutcomeTally {
  readonly delivered: number;
  readonly refused: number;
  readonly skipped: number;
  readonly simulated: number;
  readonly unknown: number;
  readonly notTried: number;
}

/** Counts an execution's outcomes from its rows, never from what a program remembers (reliability.md P5); those of `without` are left out. */
export async function tallyOutcomes(
  connection: Kysely<unknown>,
  execution: number,
  { without = [] }: { readonly without?: readonly number[] } = {},
): Promise<OutcomeTally> {
  const { rows } = await sql<OutcomeTally>`
    select
      (count(*) filter (where outcome = 'DELIVERED'))::integer as delivered,
      (count(*) filter (where outcome = 'REFUSED'))::integer as refused,
      (count(*) filter (where outcome = 'SKIPPED'))::integer as skipped,
      (count(*) filter (where outcome = 'SIMULATED'))::integer as simulated,
      (count(*) filter (where outcome = 'UNKNOWN'))::integer as unknown,
      (count(*) filter (where outcome = 'NOT_TRIED'))::integer as "notTried"
    from execution_ticket
    where execution_id = ${execution} and (position < 0 or batch <> all (${without}::integer[]))
  `.execute(connection);
  const [tally] = rows;
  if (tally === undefined) throw new Error('A count without grouping gives one row');
  return tally;
}

/** The most frequent refusals of an execution, at most ten. */
export async function tallyRefusals(connection: Kysely<unknown>, execution: number): Promise<readonly RefusalTally[]> {
  const { rows } = await sql<{ code: string; field: string | null; count: number }>`
    select code, field, count(*)::integer as count from execution_ticket
    where execution_id = ${execution} and outcome = 'REFUSED'
    group by code, field order by count desc, code, field limit 10
  `.execute(connection);
  return rows.map(({ code, field, count }) => ({ code, count, ...(field === null ? {} : { field }) }));
}
