import { type Kysely, type RawBuilder, sql } from 'kysely';
import { isUndistributed } from '../../../core/retrieve-status/changes';
import type { ContactState, EmailKeys, TicketState } from '../../../core/retrieve-status/page-state';
import { onlyRow } from '../../prepared';
import { contactStates } from './contact-states';
import { type LoadedTicket, type LoadedTickets, lockAndLoadTickets } from './ticket-states';

export interface PageWanted {
  readonly organizer: string;
  /** Digits, each once. */
  readonly ticketIds: readonly string[];
  /** As they are written. */
  readonly emails: readonly string[];
  /** Of records that the page would put aside. */
  readonly identities: readonly string[];
}

/** What is on record of a page; nobody else changes it before the transaction ends. */
export interface LoadedPage {
  /** By ticket id; a ticket of an organization that has no interface of this account is as unknown as one that does not exist. */
  readonly tickets: ReadonlyMap<string, TicketState>;
  /** All of the e-mails of the page and of the transfers of its tickets, and the contacts that its tickets were sold to. */
  readonly contacts: readonly ContactState[];
  readonly emailKeys: EmailKeys;
  /** Identities that were put aside before. */
  readonly knownPutAside: ReadonlySet<string>;
}

interface Row {
  readonly contacts: readonly ContactState[];
  readonly transferred: readonly (readonly [ticketId: string, record: unknown])[];
  readonly known: readonly string[];
}

/**
 * Loads what a page needs, in three statements. The cursor's row is locked before the history is read, and the e-mails before their contacts are:
 * each statement sees what was committed before it began.
 */
export async function loadPage(transaction: Kysely<unknown>, wanted: PageWanted): Promise<LoadedPage> {
  await sql`select from retrieve_cursor where organizer = ${wanted.organizer} for no key update`.execute(transaction);
  const loaded = await lockAndLoadTickets(transaction, wanted);
  const behind = [...loaded.tickets.values()].filter(isUndistributed);
  const { rows } = await sql<Row>`
    select (${contactStates(namedContacts(wanted, loaded))}) as contacts,
      (${transferredRecords(behind)}) as transferred,
      array(select p.identity from put_aside p
        where p.organizer = ${wanted.organizer} and p.identity = any (${wanted.identities}::text[])) as known
  `.execute(transaction);
  const { contacts, transferred, known } = onlyRow(rows);
  const tickets = withRecords(loaded.tickets, transferred);
  return { tickets, contacts, emailKeys: loaded.emailKeys, knownPutAside: new Set(known) };
}

/** TRANSFERRED records of tickets: only of those that have some to make up for, for records are long. */
function transferredRecords(tickets: readonly LoadedTicket[]): RawBuilder<Row['transferred']> {
  return sql`
    select coalesce(json_agg(json_build_array(h.ticket_id::text, h.record)), '[]')
    from unnest(${tickets.map(({ ticketId }) => ticketId)}::bigint[]) as w(id)
    cross join lateral (select * from mobile_ticket_history x where x.ticket_id = w.id and x.status = 'TRANSFERRED' offset 0) h`;
}

function withRecords(
  tickets: LoadedTickets['tickets'],
  transferred: Row['transferred'],
): ReadonlyMap<string, TicketState> {
  const records = new Map<string, unknown[]>();
  for (const [ticketId, record] of transferred) {
    const found = records.get(ticketId);
    if (found === undefined) records.set(ticketId, [record]);
    else found.push(record);
  }
  return new Map([...tickets].map(([id, ticket]) => [id, { ...ticket, undistributed: records.get(id) ?? [] }]));
}

/** Contacts that the page may mean: of its e-mails, of those of the transfers on record, and those that its tickets were sold to. */
function namedContacts({ emails }: PageWanted, { tickets, emailKeys }: LoadedTickets) {
  const all = new Set(emails.map((email) => emailKeys.get(email) ?? email));
  const ids = new Set<string>();
  for (const { initialContactId, history } of tickets.values()) {
    if (initialContactId !== null) ids.add(initialContactId);
    for (const { fromEmail, toEmail, ownerEmail } of history) {
      for (const email of [fromEmail, toEmail, ownerEmail]) if (email !== null) all.add(email);
    }
  }
  return { emails: [...all], contactIds: [...ids] };
}
