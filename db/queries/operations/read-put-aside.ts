import { sql } from 'kysely';
import type { Database } from '../../database';
import { epochMs } from './epoch-ms';
import { type PutAsideRow, zoneOfRun } from './list-put-aside';

/** A record with its payload: personal data, for the operator's own screen only. */
export interface PutAsideStory extends PutAsideRow {
  /** Null once it is dropped. */
  readonly record: unknown;
  /** Null while it waits. */
  readonly appliedAtMs: number | null;
  /** Null unless an operator has dropped it. */
  readonly dropped: { readonly atMs: number; readonly who: string | null; readonly reason: string | null } | null;
}

/** Undefined when there is none of that number. */
export async function readPutAside(database: Database, id: string): Promise<PutAsideStory | undefined> {
  const { rows } = await sql<PutAsideStory>`
    select p.id, p.organizer, p.identity, p.ticket_id as "ticketId", p.reason, p.problem, p.execution_id::float8 as run,
      ${epochMs('p.put_at')} as "putAtMs", p.retry_wanted as "retryWanted", ${zoneOfRun(sql`p.execution_id`)} as "timeZone", p.record, ${epochMs('p.applied_at')} as "appliedAtMs",
      case when p.dropped_at is not null then jsonb_build_object('atMs', ${epochMs('p.dropped_at')}, 'who', a.who, 'reason', a.reason) end as "dropped"
    from put_aside p
    left join lateral (
      select o.who, o.reason from operator_action o
      where p.dropped_at is not null and o.action = 'put-aside drop' and o.details -> 'numbers' @> to_jsonb(p.id)
      order by o.id desc limit 1) a on true
    where p.id = ${id}::bigint
  `.execute(database.kysely);
  return rows[0];
}
