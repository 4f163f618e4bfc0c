import { sql } from 'kysely';
import { positionsPerBatch } from '../../../core/push/outcome';
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

/**
 * Newest first. A delivered ticket has no row of its own: the batches that may hold it are found by the span of their ticket
 * ids.
 */
export async function listTicketRuns(database: Database, ticketId: string): Promise<readonly TicketRunRow[]> {
  const width = sql.lit(positionsPerBatch);
  const { rows } = await sql<TicketRunRow>`
    with place as (
      select b.execution_id, b.batch, b.batch * ${width} + array_position(b.ticket_ids, ${ticketId}::bigint) - 1 as position
      from execution_batch b
      where int8range(b.lowest_ticket_id, b.highest_ticket_id, '[]') @> ${ticketId}::bigint and ${ticketId}::bigint = any (b.ticket_ids)
      union
      select u.execution_id, floor(u.position / ${width}::float8)::integer, u.position from execution_undelivered u where u.ticket_id = ${ticketId}::bigint
    )
    select e.id::float8 as "run", e.function, i.name || '/' || s.name as "schedule", ${epochMs('e.opened_at')} as "openedAtMs",
      ${epochMs('et.recorded_at')} as "recordedAtMs", et.outcome, et.code, et.field, et.message
    from place p
    cross join lateral (
      select * from execution_ticket t where t.execution_id = p.execution_id and t.batch = p.batch and t.position = p.position offset 0) et
    join execution e on e.id = et.execution_id
    join schedule s on s.id = e.schedule_id
    join interface i on i.id = e.interface_id
    order by et.execution_id desc, et.position`.execute(database.kysely);
  return rows;
}
