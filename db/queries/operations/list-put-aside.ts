import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../../database';
import { onlyRow } from '../../prepared';
import { epochMs } from './epoch-ms';

export interface PutAsideWanted {
  /** Undefined: all accounts. */
  readonly organizer?: string;
  /** Undefined: every reason but SKIPPED, for what is kept of skipped tickets waits for nobody. */
  readonly reason?: string;
  /** Only these, whatever their reason. */
  readonly ids?: readonly string[];
  readonly limit: number;
  /** Only rows after this one; default: from the first. */
  readonly after?: string;
}

/** A record that could not be applied, without its payload. */
export interface PutAsideRow {
  readonly id: string;
  readonly organizer: string;
  readonly identity: string;
  readonly ticketId: string | null;
  readonly reason: string;
  /** What is wrong, by path. */
  readonly problem: string;
  /** The run that read it. */
  readonly run: number;
  readonly putAtMs: number;
  readonly retryWanted: boolean;
  /** Of the organization whose run that is: an account has none of its own. */
  readonly timeZone: string;
}

export interface OpenPutAside {
  readonly total: number;
  /** Records of skipped tickets, which are kept until the skip is gone (decision 46); of these accounts, whatever else is wanted. */
  readonly kept: number;
  readonly counts: readonly { readonly organizer: string; readonly reason: string; readonly count: number }[];
  /** Oldest first. */
  readonly records: readonly PutAsideRow[];
}

/** The records that still wait, and how many in all, by account and reason. */
export async function listPutAside(database: Database, wanted: PutAsideWanted): Promise<OpenPutAside> {
  const ofAccount = sql<boolean>`p.applied_at is null and p.dropped_at is null
    and (${wanted.organizer ?? null}::text is null or p.organizer = ${wanted.organizer ?? null})`;
  const open = sql<boolean>`${ofAccount} and ${ofReason(wanted)}`;
  const { rows } = await sql<OpenPutAside>`
    with counted as materialized (
      select p.organizer, p.reason, count(*) from put_aside p where ${open} group by p.organizer, p.reason
    )
    select coalesce((select sum(count) from counted), 0)::float8 as total,
      (select count(*) from put_aside p where ${ofAccount} and p.reason = 'SKIPPED')::float8 as kept,
      coalesce((select json_agg(json_build_object('organizer', organizer, 'reason', reason, 'count', count)
        order by organizer, count desc, reason) from counted), '[]') as counts,
      coalesce((select json_agg(json_build_object('id', l.id::text, 'organizer', l.organizer, 'identity', l.identity, 'ticketId', l.ticket_id,
          'reason', l.reason, 'problem', l.problem, 'run', l.execution_id, 'putAtMs', ${epochMs('l.put_at')},
          'retryWanted', l.retry_wanted, 'timeZone', ${zoneOfRun(sql`l.execution_id`)}) order by l.id)
        from (select * from put_aside p where ${open} and p.id > ${wanted.after ?? '0'}::bigint order by p.id limit ${wanted.limit}) l),
        '[]') as records
  `.execute(database.kysely);
  return onlyRow(rows);
}

function ofReason({ reason, ids }: PutAsideWanted): RawBuilder<boolean> {
  if (ids !== undefined) return sql`p.id = any (${ids}::bigint[])`;
  return reason === undefined ? sql`p.reason <> 'SKIPPED'` : sql`p.reason = ${reason}`;
}

/** The time zone of a run's organization. */
export function zoneOfRun(run: RawBuilder<unknown>): RawBuilder<string> {
  return sql`coalesce((
    select o.time_zone from execution e join interface i on i.id = e.interface_id join organization o on o.id = i.organization_id
    where e.id = ${run}), 'UTC')`;
}
