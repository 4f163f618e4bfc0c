import { type Kysely, type RawBuilder, sql } from 'kysely';
import { toGroups } from '../../../core/groups';
import { ticketsAfter, type WrittenPage } from '../../../core/retrieve-status/after-page';
import type { KnownTickets } from '../../../core/retrieve-status/apply-page';
import { isUndistributed } from '../../../core/retrieve-status/changes';
import type { ContactState, EmailKeys, TicketState } from '../../../core/retrieve-status/page-state';
import { type PutAsideStand, type PutAsideStands, toStand } from '../../../core/retrieve-status/put-aside';
import { nothingWrong } from '../../../core/retrieve-status/wallet-record';
import { onlyRow, toPlainArray } from '../../prepared';
import { contactStates } from './contact-states';
import { type LoadedTicket, type LoadedTickets, lockAndLoadTickets } from './ticket-states';

export interface PageWanted {
  readonly organizer: string;
  /** Digits, each once. */
  readonly ticketIds: readonly string[];
  /** As they are written. */
  readonly emails: readonly string[];
  /** Of records that the page puts aside or keeps, given what is known of its tickets. */
  readonly identities: (tickets: KnownTickets) => readonly string[];
}

/** What is on record of a page; nobody else changes it before the transaction ends. */
export interface LoadedPage {
  /** By ticket id; a ticket of an organization that has no interface of this account is as unknown as one that does not exist. */
  readonly tickets: ReadonlyMap<string, TicketState>;
  /** All of the e-mails of the page and of the transfers of its tickets, and the contacts that its tickets were sold to. */
  readonly contacts: readonly ContactState[];
  readonly emailKeys: EmailKeys;
  /** The e-mails that mean these contacts, as they are looked up. */
  readonly emails: ReadonlySet<string>;
  /** What was put aside before. */
  readonly knownPutAside: PutAsideStands;
}

/** What the page before may change, which is still being written while this one is loaded. */
export interface PageBefore {
  readonly ticketIds: ReadonlySet<string>;
  /** Those that are known as they will be; the others are loaded once that page is written. */
  readonly tickets: ReadonlyMap<string, TicketState>;
  /** As they are looked up: all that it may have locked. */
  readonly emails: ReadonlySet<string>;
  /** What it puts aside. */
  readonly putAside: PutAsideStands;
}

/** No page is being written. */
export const nothingBefore: PageBefore = {
  ticketIds: new Set(),
  tickets: new Map(),
  emails: new Set(),
  putAside: new Map(),
};

/**
 * Loads what a page needs, in two statements: the tickets, with their e-mails locked, and then the contacts, which nobody creates or fills any
 * more. Tickets that the page `before` hands on are not asked for; what else it may change is left to `completePage`, and so are the e-mails that it
 * has locked: this one would wait for it.
 */
export async function loadPage(
  transaction: Kysely<unknown>,
  wanted: PageWanted,
  before: PageBefore = nothingBefore,
): Promise<LoadedPage> {
  const { organizer, emails } = wanted;
  const ticketIds = wanted.ticketIds.filter((id) => !before.ticketIds.has(id));
  const later = [...before.emails];
  const found = await lockAndLoadTickets(transaction, { organizer, ticketIds, emails, later, mode: 'wait' });
  if (found === undefined) throw new Error('Locks that are waited for are had');
  const { emailKeys } = found;
  const handedOn = wanted.ticketIds.flatMap((id) => before.tickets.get(id) ?? []);
  const tickets = new Map([...handedOn, ...found.tickets.values()].map((ticket) => [ticket.ticketId, ticket]));
  const named = namedEmails(wanted, { tickets, emailKeys });
  const { contacts, transferred, known } = await loadContacts(transaction, {
    organizer,
    emails: [...named].filter((email) => !before.emails.has(email)),
    contactIds: initialContacts(tickets.values()),
    behind: [...found.tickets.values()].filter(isUndistributed),
    identities: wanted.identities(tickets),
  });
  return {
    tickets: withRecords(tickets, transferred),
    contacts,
    emailKeys,
    emails: named,
    knownPutAside: new Map(known),
  };
}

/**
 * Loads what the page before may have changed and did not hand on, once that one is committed, and locks what it had locked. These locks are only tried: waiting
 * for them while others are held could wait for ever. Undefined when somebody else has one: the page is loaded anew, in a new transaction.
 */
export async function completePage(
  transaction: Kysely<unknown>,
  wanted: PageWanted,
  { before, loaded }: { readonly before: PageBefore; readonly loaded: LoadedPage },
): Promise<LoadedPage | undefined> {
  const { organizer } = wanted;
  const ticketIds = wanted.ticketIds.filter((id) => before.ticketIds.has(id) && !before.tickets.has(id));
  const shared = [...loaded.emails].filter((email) => before.emails.has(email));
  const passed = loaded.contacts.filter(({ email }) => before.emails.has(email));
  const knownPutAside = new Map([...loaded.knownPutAside, ...before.putAside]);
  if (ticketIds.length + shared.length + passed.length === 0) return { ...loaded, knownPutAside };
  const fresh = await lockAndLoadTickets(transaction, { organizer, ticketIds, emails: shared, later: [], mode: 'try' });
  if (fresh === undefined) return undefined;
  const again = namedEmails({ emails: shared }, fresh);
  const contactIds = [...initialContacts(fresh.tickets.values()), ...passed.map(({ contactId }) => contactId)];
  const { contacts, transferred } = await loadContacts(transaction, {
    organizer,
    emails: [...again],
    contactIds,
    behind: [...fresh.tickets.values()].filter(isUndistributed),
    identities: [],
  });
  const loadedAgain = new Set([...contactIds, ...contacts.map(({ contactId }) => contactId)]);
  return {
    tickets: new Map([...loaded.tickets, ...withRecords(fresh.tickets, transferred)]),
    contacts: [...loaded.contacts.filter(({ contactId }) => !loadedAgain.has(contactId)), ...contacts],
    emailKeys: loaded.emailKeys,
    emails: new Set([...loaded.emails, ...again]),
    knownPutAside,
  };
}

/** What a page may change and what it puts aside, for the page that is loaded while this one is written. */
export function toBefore(wanted: PageWanted, written: WrittenPage & Pick<LoadedPage, 'emails'>): PageBefore {
  return {
    ticketIds: new Set(wanted.ticketIds),
    tickets: ticketsAfter(written),
    emails: written.emails,
    putAside: new Map(written.effects.putAside.map((record) => [record.identity, toStand(record)])),
  };
}

interface ContactsWanted {
  readonly organizer: string;
  /** As they are looked up. */
  readonly emails: readonly string[];
  readonly contactIds: readonly string[];
  /** Tickets whose TRANSFERRED records are wanted. */
  readonly behind: readonly LoadedTicket[];
  readonly identities: readonly string[];
}

interface ContactsRow {
  readonly contacts: readonly ContactState[];
  readonly transferred: readonly (readonly [ticketId: string, record: unknown])[];
  readonly known: readonly (readonly [identity: string, stand: PutAsideStand])[];
}

async function loadContacts(transaction: Kysely<unknown>, wanted: ContactsWanted): Promise<ContactsRow> {
  const { rows } = await sql<ContactsRow>`
    select (${contactStates(wanted)}) as contacts, (${transferredRecords(wanted.behind)}) as transferred, ${knownIdentities(wanted)} as known
  `.execute(transaction);
  return onlyRow(rows);
}

/** With none to look for, Postgres might read all that the account has put aside. */
function knownIdentities({ organizer, identities }: ContactsWanted): RawBuilder<ContactsRow['known']> {
  if (identities.length === 0) return sql`'[]'::json`;
  const stand = sql<PutAsideStand>`case when p.dropped_at is not null then 'dropped' when p.reason <> 'SKIPPED' or p.applied_at is not null then 'known'
    when p.problem = ${nothingWrong} then 'kept' else 'keptBroken' end`;
  return sql`(
    select coalesce(json_agg(json_build_array(p.identity, ${stand})), '[]') from put_aside p
    where p.organizer = ${organizer} and p.identity = any (${identities}::text[]))`;
}

/** TRANSFERRED records of tickets: only of those that have some to make up for, for records are long. */
function transferredRecords(tickets: readonly LoadedTicket[]): RawBuilder<ContactsRow['transferred']> {
  return sql`
    select coalesce(json_agg(json_build_array(h.ticket_id::text, h.record)), '[]')
    from unnest(${toPlainArray(tickets.map(({ ticketId }) => ticketId))}::bigint[]) as w(id)
    cross join lateral (select * from mobile_ticket_history x where x.ticket_id = w.id and x.status = 'TRANSFERRED' offset 0) h`;
}

function withRecords(
  tickets: ReadonlyMap<string, LoadedTicket>,
  transferred: ContactsRow['transferred'],
): ReadonlyMap<string, TicketState> {
  const records = toGroups(transferred);
  return new Map([...tickets].map(([id, ticket]) => [id, { ...ticket, undistributed: records.get(id) ?? [] }]));
}

/** E-mails that mean contacts, as they are looked up: those of the page, and those of the transfers on record of its tickets. */
function namedEmails(
  { emails }: Pick<PageWanted, 'emails'>,
  { tickets, emailKeys }: LoadedTickets,
): ReadonlySet<string> {
  const all = new Set(emails.map((email) => emailKeys.get(email) ?? email));
  for (const { history } of tickets.values()) {
    for (const { fromEmail, toEmail, ownerEmail } of history) {
      for (const email of [fromEmail, toEmail, ownerEmail]) if (email !== null) all.add(email);
    }
  }
  return all;
}

function initialContacts(tickets: Iterable<LoadedTicket>): readonly string[] {
  return [...new Set([...tickets].flatMap(({ initialContactId }) => initialContactId ?? []))];
}
