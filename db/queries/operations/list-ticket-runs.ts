import { sql } from 'kysely';
import type { Database } from '../../database';
import { epochMs } from './epoch-ms';

/** A run that touched the ticket, and what became of it there. */
export interface TicketRunRow {
  readonly run: number;
  readonly function: string;
  readonly schedule: string;
  readonly openedAtMs: number;
  readonly recordedAtMs: number;
  readonly outcome: string;
  readonly code: string | null;
  readonly field: string | null;
  readonly message: string | null;
}

/** Newest first, by the index (ticket, execution) of every partition. */
export async function listTicketRuns(database: Database, ticketId: string): Promise<readonly TicketRunRow[]> {
  const { rows } = await sql<TicketRunRow>`
    select e.id::float8 as "run", e.function, i.name || '/' || s.name as "schedule", ${epochMs('e.opened_at')} as "openedAtMs",
      ${epochMs('et.recorded_at')} as "recordedAtMs", et.outcome, et.code, et.field, et.message
    from execution_ticket et
    join execution e on e.id = et.execution_id
    join schedule s on s.id = e.schedule_id
    join interface i on i.id = e.interface_id
    where et.ticket_id = ${ticketId}::bigint
    order by et.execution_id desc, et.position`.execute(database.kysely);
  return rows;
}
