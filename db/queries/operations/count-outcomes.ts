import { sql } from 'kysely';
import type { Database } from '../../database';

/** Tickets of a run by outcome, code and field. */
export interface OutcomeCountRow {
  readonly outcome: string;
  readonly code: string | null;
  readonly field: string | null;
  readonly tickets: number;
}

/** What is recorded of a run so far; reads the run's rows in its own partition. */
export async function countOutcomes(database: Database, run: number): Promise<readonly OutcomeCountRow[]> {
  const { rows } = await sql<OutcomeCountRow>`
    select outcome, code, field, count(*)::float8 as "tickets"
    from execution_ticket
    where execution_id = ${run}
    group by outcome, code, field
    order by count(*) desc, outcome, code, field`.execute(database.kysely);
  return rows;
}
