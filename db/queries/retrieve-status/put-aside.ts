import { sql } from 'kysely';
import { mobileStatuses } from '../../../core/retrieve-status/wallet-record';
import type { Database } from '../../database';
import { isSkipped, leavingSchedules } from './ticket-states';

export interface ReadyPutAside {
  readonly id: string;
  /** Under which it is put aside. */
  readonly identity: string;
  /** It is kept for its ticket, which was skipped. */
  readonly kept: boolean;
  /** An operator wants it tried again. */
  readonly retryWanted: boolean;
  /** The record as JSON text. */
  readonly json: string;
}

export interface ReadyWanted {
  readonly organizer: string;
  /** Only rows after this one: whoever reads on never reads a row twice. Default: from the first. */
  readonly after?: string;
  readonly limit: number;
}

/**
 * Open records of an account that can perhaps be applied now, oldest first: those whose ticket has arrived and whose status is known, those
 * whose ticket is not skipped any more, and those that an operator wants tried again.
 */
export async function listReadyPutAside(database: Database, wanted: ReadyWanted): Promise<readonly ReadyPutAside[]> {
  const { rows } = await sql<ReadyPutAside>`
    with leaving as materialized (${leavingSchedules(wanted)})
    select p.id, p.identity, p.reason = 'SKIPPED' as kept, p.retry_wanted as "retryWanted", p.record::text as json
    from put_aside p
    where p.organizer = ${wanted.organizer} and p.applied_at is null and p.dropped_at is null and p.id > ${wanted.after ?? '0'}::bigint
      and (p.retry_wanted or (
        (p.reason in ('UNKNOWN_TICKET', 'SKIPPED') or (p.reason = 'UNKNOWN_STATUS' and btrim(p.record ->> 'status') = any (${mobileStatuses}::text[])))
        and p.ticket_id ~ '^[0-9]{1,18}$' and exists (
          select from ticket t
          join interface i on i.organization_id = t.organization_id and i.archived_at is null and i.organizer = p.organizer
          where t.id = case when p.ticket_id ~ '^[0-9]{1,18}$' then p.ticket_id::bigint end
            and (p.reason <> 'SKIPPED' or not ${isSkipped}))))
    order by p.id limit ${wanted.limit}
  `.execute(database.kysely);
  return rows;
}

/** Records that were tried again in vain: an operator's wish is good for one try, or each run would try them. */
export async function forgetRetries(database: Database, ids: readonly string[]): Promise<void> {
  await sql`
    update put_aside set retry_wanted = false where id = any (${ids}::bigint[]) and retry_wanted and applied_at is null and dropped_at is null
  `.execute(database.kysely);
}
