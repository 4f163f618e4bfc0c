import { sql } from 'kysely';
import type { Database } from '../../database';
import { epochMs } from './epoch-ms';

/** A ticket that a schedule leaves out. */
export interface SkipRow {
  readonly ticketId: string;
  readonly ticketNumber: string;
  readonly status: string;
  readonly reason: string;
  readonly by: string;
  readonly addedAtMs: number;
}

/** The skip list of a schedule, oldest first. */
export async function listSkips(database: Database, scheduleId: string): Promise<readonly SkipRow[]> {
  const { rows } = await sql<SkipRow>`
    select t.id::text as "ticketId", t.ticket_number as "ticketNumber", t.status, k.reason, k.added_by as "by",
      ${epochMs('k.added_at')} as "addedAtMs"
    from skip k join ticket t on t.id = k.ticket_id
    where k.schedule_id = ${scheduleId}::bigint
    order by k.added_at, t.id`.execute(database.kysely);
  return rows;
}

/** Adds tickets to a schedule's skip list; returns the ids that were not on it. */
export async function addSkips(
  database: Database,
  skips: {
    readonly scheduleId: string;
    readonly ticketIds: readonly string[];
    readonly reason: string;
    readonly who: string;
  },
): Promise<readonly string[]> {
  const { rows } = await sql<{ readonly id: string }>`
    insert into skip (schedule_id, ticket_id, reason, added_by)
    select ${skips.scheduleId}::bigint, id, ${skips.reason}, ${skips.who} from unnest(${skips.ticketIds}::bigint[]) as given (id)
    on conflict do nothing
    returning ticket_id::text as "id"`.execute(database.kysely);
  return rows.map((row) => row.id);
}

/** Takes tickets off a schedule's skip list; returns the ids that were on it. */
export async function removeSkips(
  database: Database,
  skips: { readonly scheduleId: string; readonly ticketIds: readonly string[] },
): Promise<readonly string[]> {
  const { rows } = await sql<{ readonly id: string }>`
    delete from skip where schedule_id = ${skips.scheduleId}::bigint and ticket_id = any(${skips.ticketIds}::bigint[])
    returning ticket_id::text as "id"`.execute(database.kysely);
  return rows.map((row) => row.id);
}
