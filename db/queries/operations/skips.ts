import { sql } from 'kysely';
import type { Database } from '../../database';
import { onlyRow } from '../../prepared';
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

/** What became of tickets put on a skip list: ids that were not on it, and ids whose reason is another one now. */
export interface AddedSkips {
  readonly added: readonly string[];
  readonly replaced: readonly string[];
}

/** Puts tickets on a schedule's skip list. A ticket that is on it keeps its place; another reason, if one is given, replaces its reason and who gave it. */
export async function addSkips(
  database: Database,
  skips: {
    readonly scheduleId: string;
    readonly ticketIds: readonly string[];
    readonly reason: string | undefined;
    readonly who: string;
  },
): Promise<AddedSkips> {
  const reason = skips.reason ?? null;
  // A row that the insert made has no earlier version (xmax).
  const { rows } = await sql<{ readonly id: string; readonly isNew: boolean }>`
    insert into skip as k (schedule_id, ticket_id, reason, added_by)
    select ${skips.scheduleId}::bigint, id, coalesce(${reason}::text, 'no reason given'), ${skips.who}
    from unnest(${skips.ticketIds}::bigint[]) as given (id)
    on conflict (schedule_id, ticket_id) do update set reason = excluded.reason, added_by = excluded.added_by
      where ${reason}::text is not null and k.reason <> excluded.reason
    returning k.ticket_id::text as "id", k.xmax = 0 as "isNew"`.execute(database.kysely);
  return {
    added: rows.filter(({ isNew }) => isNew).map(({ id }) => id),
    replaced: rows.filter(({ isNew }) => !isNew).map(({ id }) => id),
  };
}

/** Records that a schedule of retrieve-status kept of tickets while they were skipped, and that wait to be applied. */
export async function countKept(
  database: Database,
  skips: { readonly scheduleId: string; readonly ticketIds: readonly string[] },
): Promise<number> {
  const { rows } = await sql<{ readonly kept: number }>`
    select count(*)::integer as kept
    from schedule s join interface i on i.id = s.interface_id
    join put_aside p on p.organizer = i.organizer and p.ticket_id = any(${skips.ticketIds}::text[])
    where s.id = ${skips.scheduleId}::bigint and s.function = 'retrieve-status'
      and p.reason = 'SKIPPED' and p.applied_at is null and p.dropped_at is null`.execute(database.kysely);
  return onlyRow(rows).kept;
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
