import { sql } from 'kysely';
import { listDifferences } from '../../../core/drift';
import type { Database } from '../../database';
import { onlyRow } from '../../prepared';

export interface DriftWanted {
  /** Undefined: all organizations. */
  readonly organizationId?: string;
  /** Only tickets whose statuses have not corresponded for so many seconds; default 0, all. */
  readonly olderThanSeconds?: number;
  readonly limit: number;
  /** Rows before this one are left out; default 0. */
  readonly offset?: number;
}

/** A ticket whose status in S-360 and in the wallet do not correspond (domain.md 11). */
export interface DriftRow {
  readonly ticketId: string;
  readonly ticketNumber: string;
  readonly organization: string;
  readonly kind: 'TICKET' | 'CARD';
  readonly status: string;
  readonly invalidationReason: string | null;
  /** Null: injected, and never read back. */
  readonly mobile: string | null;
  /** Since when they do not correspond. */
  readonly sinceMs: number;
  readonly forSeconds: number;
}

/** How many tickets have these two statuses. */
export interface DriftCount {
  readonly status: string;
  readonly mobile: string | null;
  readonly count: number;
}

export interface Drift {
  readonly total: number;
  /** Those that differ for less time than was asked for. */
  readonly younger: number;
  /** Most frequent first. */
  readonly counts: readonly DriftCount[];
  /** Those that differ for the longest time first. */
  readonly tickets: readonly DriftRow[];
}

/**
 * The rule is `differs` of core/drift.ts, joined as the list of all combinations. No index can know two tables: the statement reads all tickets
 * and what the wallet told of them once, whatever it returns.
 *
 * Since when: a ticket that was controlled or taken back differs since then while the wallet goes on; else since the later of the two changes.
 */
export async function listDrift(database: Database, wanted: DriftWanted): Promise<Drift> {
  const rules = listDifferences();
  const { rows } = await sql<Drift>`
    with rule as materialized (
      select r.status, coalesce(r.mobile, '') as mobile, r.injected
      from unnest(${rules.map(({ status }) => status)}::text[], ${rules.map(({ mobile }) => mobile)}::text[],
        ${rules.map(({ injected }) => injected)}::boolean[]) as r(status, mobile, injected)
    ), sent as materialized (
      select p.ticket_id, p.sent_at as at from processed p where p.function in ('inject-tickets', 'inject-privileges')
      union all
      select o.ticket_id, coalesce(o.attempted_at, o.recorded_at) from ticket_outcome o
      where o.function in ('inject-tickets', 'inject-privileges') and o.outcome = 'UNKNOWN' and not exists (
        select from processed p where p.ticket_id = o.ticket_id and p.function = o.function)
    ), pair as materialized (
      select t.id, t.organization_id, t.ticket_number, t.kind, t.status, t.invalidation_reason, m.status as mobile,
        case
          when m.status is null then greatest(t.status_changed_at, s.at)
          when t.status in ('INVALIDATED', 'CANCELLED') then t.status_changed_at
          when t.status = 'CONTROLLED' and m.status not in ('DELETION_PENDING', 'DELETED') then t.status_changed_at
          else greatest(t.status_changed_at, m.changed_at)
        end as since
      from ticket t
      left join mobile_ticket m on m.ticket_id = t.id
      left join sent s on s.ticket_id = t.id
      where (${wanted.organizationId ?? null}::bigint is null or t.organization_id = ${wanted.organizationId ?? null}::bigint)
        and (m.ticket_id is not null or s.ticket_id is not null)
        and (t.status, coalesce(m.status, ''), s.ticket_id is not null) in (select r.status, r.mobile, r.injected from rule r)
    ), differing as materialized (
      select * from pair where since <= now() - make_interval(secs => ${wanted.olderThanSeconds ?? 0})
    ), listed as (
      select * from differing order by since, id limit ${wanted.limit} offset ${wanted.offset ?? 0}
    )
    select (select count(*) from differing)::float8 as total,
      ((select count(*) from pair) - (select count(*) from differing))::float8 as younger,
      (select coalesce(json_agg(json_build_object('status', c.status, 'mobile', c.mobile, 'count', c.count)
          order by c.count desc, c.status, c.mobile), '[]')
        from (select status, mobile, count(*) from differing group by status, mobile) c) as counts,
      (select coalesce(json_agg(json_build_object('ticketId', l.id::text, 'ticketNumber', l.ticket_number, 'organization', o.code,
          'kind', l.kind, 'status', l.status, 'invalidationReason', l.invalidation_reason, 'mobile', l.mobile,
          'sinceMs', (extract(epoch from l.since) * 1000)::float8, 'forSeconds', extract(epoch from now() - l.since)::float8)
          order by l.since, l.id), '[]')
        from listed l join organization o on o.id = l.organization_id) as tickets
  `.execute(database.kysely);
  return onlyRow(rows);
}
