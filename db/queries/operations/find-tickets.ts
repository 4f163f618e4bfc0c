import { sql } from 'kysely';
import type { Database } from '../../database';
import { epochMs } from './epoch-ms';

/** A ticket without a word about its people. */
export interface TicketRow {
  readonly id: string;
  readonly ticketNumber: string;
  readonly organization: string;
  readonly organizationId: string;
  readonly timeZone: string;
  readonly kind: 'TICKET' | 'CARD';
  readonly status: string;
  readonly statusChangedAtMs: number;
  readonly invalidationReason: string | null;
  readonly product: string;
  readonly performance: string | null;
  readonly replacesTicketNumber: string | null;
  readonly replacedByTicketNumber: string | null;
}

/** Ticket numbers and ids to look for, within one organization or in all. */
export interface TicketsWanted {
  readonly numbers: readonly string[];
  readonly ids: readonly string[];
  readonly organization?: string;
}

/** The tickets named; a number that several organizations use gives several rows. */
export async function findTickets(database: Database, wanted: TicketsWanted): Promise<readonly TicketRow[]> {
  const organization = wanted.organization ?? null;
  const { rows } = await sql<TicketRow>`
    with named as (
      select t.id from organization o
      cross join unnest(${wanted.numbers}::text[]) as n (number)
      join ticket t on t.organization_id = o.id and t.ticket_number = n.number
      union
      select t.id from ticket t where t.id = any(${wanted.ids}::bigint[])
    )
    select t.id::text, t.ticket_number as "ticketNumber", o.code as "organization", o.id::text as "organizationId",
      o.time_zone as "timeZone", t.kind, t.status, ${epochMs('t.status_changed_at')} as "statusChangedAtMs",
      t.invalidation_reason as "invalidationReason", p.code as "product", f.code as "performance",
      before.ticket_number as "replacesTicketNumber", after.ticket_number as "replacedByTicketNumber"
    from named
    join ticket t on t.id = named.id
    join organization o on o.id = t.organization_id
    join product p on p.id = t.product_id
    left join performance f on f.id = t.performance_id
    left join ticket before on before.id = t.replaces_ticket_id
    left join ticket after on after.replaces_ticket_id = t.id
    where ${organization}::text is null or o.code = ${organization}
    order by o.code, t.id`.execute(database.kysely);
  return rows;
}
