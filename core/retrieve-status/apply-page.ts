import { putAsideUnknownTicket } from '../messages/parse-wallet-record';
import { planContacts, type ChangedTicket } from './contacts';
import { isContact, isOtherDistribution, planTransfers } from './distribution';
import type { ContactState, PageCounts, PageEffects, TicketState } from './page-state';
import { toFamily } from './status';
import type { DiffPage, PutAsideRecord, WalletRecord } from './wallet-record';

/** What is on record of all that a page names. */
export interface PageState {
  readonly tickets: ReadonlyMap<string, TicketState>;
  /** Every contact that an e-mail of the page, or of the history of its tickets, may mean. */
  readonly contacts: readonly ContactState[];
  /** Identities of the page that are put aside already. */
  readonly knownPutAside: ReadonlySet<string>;
}

type PageRecords = Pick<DiffPage, 'records' | 'putAside'>;

/**
 * What a page changes, given what is on record. Everything but the counts follows from the ordered history of each ticket, so that order,
 * repetition and the cut into pages do not matter (decision 36).
 */
export function applyPage(page: PageRecords, state: PageState): PageEffects {
  const sorted = sortRecords(page, state);
  const changed = [...sorted.changed.values()];
  const tickets = changed.filter((ticket) => ticket.state.distributes);
  const contacts = planContacts(tickets, state.contacts);
  const transfers = tickets.map((ticket) => ({ ticket, ...planTransfers(ticket, contacts.directoryOf(ticket)) }));
  return {
    history: changed.flatMap(({ added }) => added),
    current: changed.flatMap(findNewest),
    seen: [...sorted.seen],
    createContacts: contacts.create,
    fillContacts: contacts.fill,
    owners: transfers.flatMap(({ ticket, owner }) =>
      owner === null || isContact(owner, ticket.state.currentContactId)
        ? []
        : [{ ticketId: ticket.state.ticketId, contact: owner }],
    ),
    distribution: transfers
      .filter(({ ticket, rows }) => isOtherDistribution(rows, ticket.state.distribution))
      .map(({ ticket, rows }) => ({ ticketId: ticket.state.ticketId, rows })),
    putAside: [...sorted.putAside.values()],
    counts: { ...sorted.counts, seen: countSurprises(sorted.seen, state) },
  };
}

/** Tickets that nobody knows to have been sent: a database put back to an older state (domain.md 8.3). */
function countSurprises(seen: ReadonlySet<string>, { tickets }: PageState): number {
  return [...seen].filter((ticketId) => tickets.get(ticketId)?.answerLost !== true).length;
}

/** Ids of the tickets that a page names: digits that fit a bigint, each once. */
export function ticketIdsOf({ records, putAside }: PageRecords): readonly string[] {
  const ids = new Set(records.map(({ ticketId }) => ticketId));
  for (const { ticketId } of putAside) if (ticketId !== null && /^[1-9]\d{0,17}$/.test(ticketId)) ids.add(ticketId);
  return [...ids];
}

/** E-mails of the transfers of a page, in lower case, each once and sorted: no other change means a contact (domain.md 8.4). */
export function emailsOf({ records }: Pick<PageRecords, 'records'>): readonly string[] {
  const emails = records
    .filter(({ status }) => toFamily(status) === 'transfer')
    .flatMap(({ owner, transfer }) => [owner?.email, transfer?.fromEmail, transfer?.toEmail]);
  const told = emails.filter((email) => email !== undefined && email !== null);
  return [...new Set(told.map((email) => email.toLowerCase()))].sort();
}

/** Identities under which records of a page are, or may come to be, put aside, each once. */
export function identitiesOf({ records, putAside }: PageRecords): readonly string[] {
  const all = [...records.map(putAsideUnknownTicket), ...putAside];
  return [...new Set(all.map(({ identity }) => identity))];
}

type RecordCounts = Record<Exclude<keyof PageCounts, 'seen'>, number>;

interface Sorted {
  readonly changed: Map<string, { readonly state: TicketState; readonly added: WalletRecord[] }>;
  readonly seen: Set<string>;
  readonly putAside: Map<string, PutAsideRecord>;
  readonly counts: RecordCounts;
}

function sortRecords(page: PageRecords, state: PageState): Sorted {
  const counts = { records: 0, applied: 0, older: 0, repeated: 0, skipped: 0, putAside: 0, putAsideBefore: 0 };
  const sorted: Sorted = {
    changed: new Map(),
    seen: new Set(),
    putAside: new Map(),
    counts,
  };
  counts.records = page.records.length + page.putAside.length;
  const numbers = new Map<string, Numbers>();
  for (const record of page.records) {
    const ticket = state.tickets.get(record.ticketId);
    if (ticket === undefined) putAside(sorted, putAsideUnknownTicket(record), state);
    else if (ticket.skipped) counts.skipped++;
    else addChange(sorted, { record, ticket, numbers: findNumbers(numbers, ticket) });
  }
  for (const record of page.putAside) {
    const ticket = record.ticketId === null ? undefined : state.tickets.get(record.ticketId);
    if (ticket?.skipped === true) counts.skipped++;
    else putAside(sorted, record, state);
  }
  return sorted;
}

/** The change numbers of a ticket: those on record, and those of the page so far. */
interface Numbers {
  readonly all: Set<number>;
  newest: number;
}

function findNumbers(numbers: Map<string, Numbers>, ticket: TicketState): Numbers {
  let found = numbers.get(ticket.ticketId);
  if (found === undefined) {
    const all = new Set(ticket.history.map(({ changeNumber }) => changeNumber));
    found = { all, newest: Math.max(ticket.current?.changeNumber ?? -1, ...all) };
    numbers.set(ticket.ticketId, found);
  }
  return found;
}

interface Change {
  readonly record: WalletRecord;
  readonly ticket: TicketState;
  readonly numbers: Numbers;
}

/** Counted as if records came one by one: how they are cut into pages does not show in a report. */
function addChange({ changed, seen, counts }: Sorted, { record, ticket, numbers }: Change): void {
  if (!ticket.injected) seen.add(ticket.ticketId);
  if (numbers.all.has(record.changeNumber)) {
    counts.repeated++;
    return;
  }
  numbers.all.add(record.changeNumber);
  if (record.changeNumber > numbers.newest) {
    numbers.newest = record.changeNumber;
    counts.applied++;
  } else counts.older++;
  const entry = changed.get(ticket.ticketId);
  if (entry === undefined) changed.set(ticket.ticketId, { state: ticket, added: [record] });
  else entry.added.push(record);
}

function putAside({ putAside: fresh, counts }: Sorted, record: PutAsideRecord, state: PageState): void {
  if (state.knownPutAside.has(record.identity) || fresh.has(record.identity)) {
    counts.putAsideBefore++;
    return;
  }
  fresh.set(record.identity, record);
  counts.putAside++;
}

function findNewest({ state, added }: ChangedTicket): readonly WalletRecord[] {
  const newest = added.reduce((left, right) => (right.changeNumber > left.changeNumber ? right : left));
  return newest.changeNumber > (state.current?.changeNumber ?? -1) ? [newest] : [];
}
