import { sql } from 'kysely';
import type { Database } from '../../database';
import { epochMs } from './epoch-ms';

/** What became of one ticket of a run. */
export interface OutcomeRow {
  readonly position: number;
  readonly ticketId: string;
  readonly ticketNumber: string;
  readonly outcome: string;
  readonly code: string | null;
  readonly field: string | null;
  readonly message: string | null;
  readonly recordedAtMs: number;
}

/** Tickets of a run in the order of its plan: those of one outcome, or all that were not simply delivered. */
export async function listOutcomes(
  database: Database,
  wanted: { readonly run: number; readonly outcome?: string; readonly limit: number },
): Promise<readonly OutcomeRow[]> {
  const condition = wanted.outcome === undefined ? sql`et.outcome <> 'DELIVERED'` : sql`et.outcome = ${wanted.outcome}`;
  const { rows } = await sql<OutcomeRow>`
    select et.position, t.id::text as "ticketId", t.ticket_number as "ticketNumber", et.outcome, et.code, et.field, et.message,
      ${epochMs('et.recorded_at')} as "recordedAtMs"
    from (
      select * from execution_ticket et
      where et.execution_id = ${wanted.run} and ${condition}
      order by et.position limit ${wanted.limit}
    ) et
    join ticket t on t.id = et.ticket_id
    order by et.position`.execute(database.kysely);
  return rows;
}
