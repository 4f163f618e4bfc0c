import { type Kysely, sql } from 'kysely';
import type { ContactState, TicketState } from '../../../core/retrieve-status/page-state';
import { onlyRow } from '../../prepared';
import { contactStates } from './contact-states';
import { lockAndLoadTickets } from './ticket-states';

export interface PageWanted {
  readonly organizer: string;
  /** Digits, each once. */
  readonly ticketIds: readonly string[];
  /** Lower case. */
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
  /** Identities that were put aside before. */
  readonly knownPutAside: ReadonlySet<string>;
}

interface Row {
  readonly contacts: readonly ContactState[];
  readonly known: readonly string[];
}

/**
 * Loads what a page needs, in three statements. The cursor's row is locked before the history is read, and the e-mails before their contacts are:
 * each statement sees what was committed before it began.
 */
export async function loadPage(transaction: Kysely<unknown>, wanted: PageWanted): Promise<LoadedPage> {
  await sql`select from retrieve_cursor where organizer = ${wanted.organizer} for no key update`.execute(transaction);
  const tickets = await lockAndLoadTickets(transaction, wanted);
  const { rows } = await sql<Row>`
    select (${contactStates(namedContacts(wanted, tickets))}) as contacts,
      array(select p.identity from put_aside p
        where p.organizer = ${wanted.organizer} and p.identity = any (${wanted.identities}::text[])) as known
  `.execute(transaction);
  const { contacts, known } = onlyRow(rows);
  return { tickets, contacts, knownPutAside: new Set(known) };
}

/** Contacts that the page may mean: of its e-mails, of those of the transfers on record, and those that its tickets were sold to. */
function namedContacts({ emails }: PageWanted, tickets: ReadonlyMap<string, TicketState>) {
  const all = new Set(emails);
  const ids = new Set<string>();
  for (const { initialContactId, history } of tickets.values()) {
    if (initialContactId !== null) ids.add(initialContactId);
    for (const { fromEmail, toEmail, ownerEmail } of history) {
      for (const email of [fromEmail, toEmail, ownerEmail]) if (email !== null) all.add(email);
    }
  }
  return { emails: [...all], contactIds: [...ids] };
}
