import { type Kysely, type RawBuilder, sql } from 'kysely';
import { toGroups } from '../../../core/groups';
import type { Parameters } from '../../../core/parameters/parameters';
import type { EmailKeys, PastChange, TicketState } from '../../../core/retrieve-status/page-state';
import { onlyRow, toPlainArray } from '../../prepared';
import { type EmailLocks, emailLocks } from './email-locks';
import { isoInstant } from './instant';
import { changeEmails, emailKeys, transferStatuses } from './page-emails';

export interface TicketsWanted extends EmailLocks {
  readonly organizer: string;
  /** Digits, each once. */
  readonly ticketIds: readonly string[];
}

/** Under its name in `Parameters`, as they are saved, and not as it is written. */
const distributes = 'distributeToCulturalContact' satisfies keyof Parameters;

type Past = readonly [
  ticketId: string,
  changeNumber: number,
  changedAt: string,
  status: PastChange['status'],
  fromEmail: string | null,
  toEmail: string | null,
  ownerEmail: string | null,
];

/** All of a ticket but its records. */
export type LoadedTicket = Omit<TicketState, 'undistributed'>;

export interface LoadedTickets {
  readonly tickets: ReadonlyMap<string, LoadedTicket>;
  readonly emailKeys: EmailKeys;
}

interface Row {
  readonly locked: boolean;
  readonly tickets: readonly Omit<LoadedTicket, 'history'>[];
  readonly keys: Readonly<Record<string, string>>;
  readonly past: readonly Past[];
}

/**
 * What is on record of tickets of the account; the e-mails for which the page may create or fill a contact are locked. One statement, for the
 * history is what costs most and is needed for both. Undefined when another transaction has one of these locks and they are only tried.
 * `offset 0` keeps each look-up to its key, whatever Postgres believes of the tables (decision 30).
 */
export async function lockAndLoadTickets(
  transaction: Kysely<unknown>,
  wanted: TicketsWanted,
): Promise<LoadedTickets | undefined> {
  const { rows } = await sql<Row>`
    with past as materialized (${pastChanges(wanted)}),
    leaving as materialized (${leavingSchedules(wanted)}),
    ${emailLocks(wanted)}
    select (select bool_and(l.done) from locked l) as locked, (${ticketStates(wanted)}) as tickets, (${emailKeys(wanted.emails)}) as keys,
      (select coalesce(json_agg(json_build_array(p.ticket_id::text, p.change_number, ${isoInstant('p.changed_at')}, p.status,
        p.from_email, p.to_email, p.owner_email)), '[]') from past p) as past
  `.execute(transaction);
  const { locked, tickets, keys, past } = onlyRow(rows);
  if (!locked) return undefined;
  const histories = toGroups(past.map(toPair));
  return {
    tickets: new Map(
      tickets.map((ticket) => [ticket.ticketId, { ...ticket, history: histories.get(ticket.ticketId) ?? [] }]),
    ),
    emailKeys: new Map(Object.entries(keys)),
  };
}

function toPair([ticketId, changeNumber, changedAt, status, fromEmail, toEmail, ownerEmail]: Past) {
  const change: PastChange = { changeNumber, changedAt, status, fromEmail, toEmail, ownerEmail };
  return [ticketId, change] as const;
}

const ofTransfer = sql<boolean>`h.status = any (${transferStatuses}::text[])`;

/** All changes on record of the tickets; e-mails of transfers only, for no other change means a contact. */
function pastChanges({ ticketIds }: TicketsWanted): RawBuilder<unknown> {
  return sql`
    select h.ticket_id, h.change_number, h.changed_at, h.status, case when ${ofTransfer} then ${changeEmails.from} end as from_email,
      case when ${ofTransfer} then ${changeEmails.to} end as to_email, case when ${ofTransfer} then ${changeEmails.owner} end as owner_email
    from unnest(${toPlainArray(ticketIds)}::bigint[]) as w(id)
    cross join lateral (select * from mobile_ticket_history x where x.ticket_id = w.id offset 0) h`;
}

/**
 * Schedules of retrieve-status that leave tickets of their organization out, by their own list or by `tixngo skip` (domain.md 8.2). Mostly
 * there is none, and then no ticket is looked up.
 */
export function leavingSchedules({ organizer }: Pick<TicketsWanted, 'organizer'>): RawBuilder<unknown> {
  return sql`
    select s.id, i.organization_id, s.settings #> '{skip,ids}' as ids, s.settings #> '{skip,ticketNumbers}' as ticket_numbers
    from interface i
    join schedule s on s.interface_id = i.id and s.function = 'retrieve-status' and s.archived_at is null
    where i.archived_at is null and i.organizer = ${organizer}
      and (s.settings #> '{skip,ids}' <> '[]' or s.settings #> '{skip,ticketNumbers}' <> '[]'
        or exists (select from skip k where k.schedule_id = s.id))`;
}

/** One JSON array of `TicketState`, without the history. */
function ticketStates({ organizer, ticketIds }: TicketsWanted): RawBuilder<unknown> {
  return sql`
    select coalesce(json_agg(json_build_object(
      'ticketId', t.id::text, 'status', t.status, 'initialContactId', t.initial_contact_id::text,
      'currentContactId', t.current_contact_id::text,
      'injected', exists (select from processed p where p.ticket_id = t.id and p.function in ('inject-tickets', 'inject-privileges') offset 0)
        or exists (select from claim c where c.ticket_id = t.id offset 0),
      'answerLost', exists (select from ticket_outcome o
        where o.ticket_id = t.id and o.function in ('inject-tickets', 'inject-privileges') and o.outcome = 'UNKNOWN' offset 0),
      'skipped', ${isSkipped},
      'distributes', coalesce((i.parameters -> ${sql.lit(distributes)})::boolean, true),
      'distribution', (${distribution}), 'current', (${current})
    )), '[]')
    from unnest(${toPlainArray(ticketIds)}::bigint[]) as w(id)
    cross join lateral (select x.* from ticket x where x.id = w.id offset 0) t
    join interface i on i.organization_id = t.organization_id and i.archived_at is null and i.organizer = ${organizer}`;
}

/** Whether one of the schedules `leaving` leaves the ticket `t` out. */
export const isSkipped = sql<boolean>`exists (select from leaving l where l.organization_id = t.organization_id
  and (exists (select from skip k where k.schedule_id = l.id and k.ticket_id = t.id offset 0)
    or l.ids ? t.id::text or l.ticket_numbers ? t.ticket_number))`;

const distribution = sql`
  select coalesce(json_agg(json_build_object(
    'firstChangeNumber', d.first_change_number, 'oldContactId', d.old_contact_id::text, 'newContactId', d.new_contact_id::text,
    'status', d.status, 'changedAt', ${isoInstant('d.changed_at')})), '[]')
  from distribution d where d.ticket_id = t.id`;

const current = sql`
  select json_build_object('changeNumber', m.change_number, 'changedAt', ${isoInstant('m.changed_at')})
  from mobile_ticket m where m.ticket_id = t.id`;
