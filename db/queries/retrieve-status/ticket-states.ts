import { type RawBuilder, sql } from 'kysely';
import type { Parameters } from '../../../core/parameters/parameters';
import type { TicketState } from '../../../core/retrieve-status/page-state';
import { isoInstant } from './instant';
import { changeEmails, transferStatuses } from './page-emails';

/** Under its name in `Parameters`, as they are saved, and not as it is written. */
const distributes = 'distributeToCulturalContact' satisfies keyof Parameters;

/**
 * Tickets of the account, as one JSON array of `TicketState`. `offset 0` keeps each look-up to its key, whatever Postgres believes of the
 * tables (decision 30).
 */
export function ticketStates(wanted: {
  readonly organizer: string;
  readonly ticketIds: readonly string[];
}): RawBuilder<readonly TicketState[]> {
  return sql`
    with skipping as materialized (${skippedTickets(wanted)})
    select coalesce(json_agg(json_build_object(
      'ticketId', t.id::text, 'status', t.status, 'initialContactId', t.initial_contact_id::text,
      'currentContactId', t.current_contact_id::text,
      'injected', exists (select from processed p where p.ticket_id = t.id and p.function in ('inject-tickets', 'inject-privileges') offset 0)
        or exists (select from claim c where c.ticket_id = t.id offset 0),
      'answerLost', exists (select from ticket_outcome o
        where o.ticket_id = t.id and o.function in ('inject-tickets', 'inject-privileges') and o.outcome = 'UNKNOWN' offset 0),
      'skipped', t.id in (select s.id from skipping s),
      'distributes', coalesce((i.parameters -> ${sql.lit(distributes)})::boolean, true),
      'history', (${history}), 'distribution', (${distribution}), 'current', (${current})
    )), '[]')
    from unnest(${wanted.ticketIds}::bigint[]) as w(id)
    cross join lateral (select x.* from ticket x where x.id = w.id offset 0) t
    join interface i on i.organization_id = t.organization_id and i.archived_at is null and i.organizer = ${wanted.organizer}`;
}

/** Tickets that a retrieve-status schedule of their organization leaves out, by its own list or by `tixngo skip` (domain.md 8.2). */
function skippedTickets(wanted: {
  readonly organizer: string;
  readonly ticketIds: readonly string[];
}): RawBuilder<unknown> {
  return sql`
    select t.id
    from unnest(${wanted.ticketIds}::bigint[]) as w(id)
    cross join lateral (select x.id, x.organization_id, x.ticket_number from ticket x where x.id = w.id offset 0) t
    join interface i on i.organization_id = t.organization_id and i.archived_at is null and i.organizer = ${wanted.organizer}
    join schedule s on s.interface_id = i.id and s.function = 'retrieve-status' and s.archived_at is null
    where exists (select from skip k where k.schedule_id = s.id and k.ticket_id = t.id offset 0)
      or s.settings #> '{skip,ids}' ? t.id::text or s.settings #> '{skip,ticketNumbers}' ? t.ticket_number`;
}

const ofTransfer = sql<boolean>`h.status = any (${transferStatuses}::text[])`;

const history = sql`
  select coalesce(json_agg(json_build_object(
    'changeNumber', h.change_number, 'changedAt', ${isoInstant('h.changed_at')}, 'status', h.status,
    'fromEmail', case when ${ofTransfer} then ${changeEmails.from} end,
    'toEmail', case when ${ofTransfer} then ${changeEmails.to} end,
    'ownerEmail', case when ${ofTransfer} then ${changeEmails.owner} end)), '[]')
  from mobile_ticket_history h where h.ticket_id = t.id`;

const distribution = sql`
  select coalesce(json_agg(json_build_object(
    'firstChangeNumber', d.first_change_number, 'oldContactId', d.old_contact_id::text, 'newContactId', d.new_contact_id::text,
    'status', d.status, 'changedAt', ${isoInstant('d.changed_at')})), '[]')
  from distribution d where d.ticket_id = t.id`;

const current = sql`
  select json_build_object('changeNumber', m.change_number, 'changedAt', ${isoInstant('m.changed_at')})
  from mobile_ticket m where m.ticket_id = t.id`;
