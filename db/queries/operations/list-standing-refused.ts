import { sql } from 'kysely';
import type { Database } from '../../database';
import { standingRefused, type StandingInput } from '../push/standing-refused';
import { epochMs } from './epoch-ms';

/** A ticket that is due and that a run refused: no later run delivered it, nobody skipped it. */
export interface StandingRow {
  readonly ticketNumber: string;
  readonly ticketId: string;
  readonly code: string | null;
  readonly field: string | null;
  readonly message: string | null;
  /** The run that refused it last. */
  readonly run: number;
  readonly recordedAtMs: number;
}

/** The tickets that keep a function in error, those refused longest ago first, and how many there are in all. */
export async function listStandingRefused(
  database: Database,
  { limit, ...input }: StandingInput & { readonly limit: number },
): Promise<{ readonly total: number; readonly tickets: readonly StandingRow[] }> {
  const { rows } = await sql<StandingRow & { readonly total: number }>`
    select due.ticket_number as "ticketNumber", due.id::text as "ticketId", o.code, o.field, o.message,
      o.execution_id::float8 as "run", ${epochMs('o.recorded_at')} as "recordedAtMs", count(*) over ()::float8 as "total"
    from ${standingRefused(input)}
    order by o.attempted_at, o.ticket_id limit ${limit}`.execute(database.kysely);
  return { total: rows[0]?.total ?? 0, tickets: rows.map(({ total, ...ticket }) => ticket) };
}
