import { sql } from 'kysely';
import { positionsPerBatch } from '../../../core/push/outcome';
import type { Database } from '../../database';
import { onlyRow } from '../../prepared';
import { epochMs } from './epoch-ms';

/** What the product itself keeps about a ticket: marks, claim, an announced call without an answer, skips. */
export interface TicketState {
  readonly marks: readonly TicketMark[];
  readonly claimedBy: number | null;
  readonly openCalls: readonly OpenCall[];
  readonly skippedBy: readonly SkippedBy[];
}

export interface TicketMark {
  readonly function: string;
  readonly version: number;
  readonly run: number;
  readonly sentAtMs: number;
  readonly reason: string | null;
}

export interface OpenCall {
  readonly run: number;
  readonly batch: number;
  readonly number: number;
  readonly announcedAtMs: number;
  readonly deadlineMs: number;
}

export interface SkippedBy {
  readonly schedule: string;
  readonly reason: string;
  readonly by: string;
  readonly addedAtMs: number;
}

/** One row, whatever is known. A ticket of an unanswered call is claimed, so the claim leads to the run whose calls are looked at. */
export async function readTicketState(database: Database, ticketId: string): Promise<TicketState> {
  const { rows } = await sql<TicketState>`
    select
      coalesce((select jsonb_agg(jsonb_build_object('function', p.function, 'version', p.version, 'run', p.execution_id,
          'sentAtMs', ${epochMs('p.sent_at')}, 'reason', p.reason) order by p.function)
        from processed p where p.ticket_id = wanted.id), '[]') as "marks",
      (select c.execution_id::float8 from claim c where c.ticket_id = wanted.id) as "claimedBy",
      coalesce((select jsonb_agg(jsonb_build_object('run', c.execution_id, 'batch', c.batch, 'number', c.number,
          'announcedAtMs', ${epochMs('c.announced_at')}, 'deadlineMs', ${epochMs('c.deadline')}) order by c.batch, c.number)
        from claim held
        join call c on c.execution_id = held.execution_id and c.answered_at is null
        join execution_batch b on b.execution_id = c.execution_id and b.batch = c.batch
        where held.ticket_id = wanted.id
          and (array_position(b.ticket_ids, wanted.id) - 1 + c.batch * ${sql.lit(positionsPerBatch)}) = any(c.positions)), '[]') as "openCalls",
      coalesce((select jsonb_agg(jsonb_build_object('schedule', i.name || '/' || s.name, 'reason', k.reason, 'by', k.added_by,
          'addedAtMs', ${epochMs('k.added_at')}) order by i.name, s.name)
        from interface i
        join schedule s on s.interface_id = i.id
        join skip k on k.schedule_id = s.id and k.ticket_id = wanted.id), '[]') as "skippedBy"
    from (select ${ticketId}::bigint as id) wanted`.execute(database.kysely);
  return onlyRow(rows);
}
