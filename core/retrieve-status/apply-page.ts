import { putAsideUnknownTicket } from '../messages/parse-wallet-record';
import { type Change, emailsOfTransfer, toChange } from './changes';
import { planContacts, type ChangedTicket } from './contacts';
import { isBehind, isContact, isOtherDistribution, planTransfers } from './distribution';
import type { ContactState, EmailKeys, PageCounts, PageEffects, TicketState } from './page-state';
import type { DiffPage, PutAsideRecord, WalletRecord } from './wallet-record';

/** What is on record of all that a page names. */
export interface PageState {
  readonly tickets: ReadonlyMap<string, TicketState>;
  /** Every contact that an e-mail of the page, or of the history of its tickets, may mean. */
  readonly contacts: readonly ContactState[];
  readonly emailKeys: EmailKeys;
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
  const told = [...sorted.told.values()];
  const tickets = told.filter(
    ({ state: ticket, added }) => ticket.distributes && (added.length > 0 || isBehind(ticket)),
  );
  const contacts = planContacts(tickets, state.contacts);
  const transfers = tickets.map((ticket) => ({ ticket, ...planTransfers(ticket, contacts.directoryOf(ticket)) }));
  return {
    history: told.flatMap(({ added }) => added.map(({ record }) => record)),
    current: told.flatMap(findNewest),
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

/** E-mails of the transfers of a page, as they are written, each once: no other change means a contact (domain.md 8.4). */
export function emailsOf({ records }: Pick<PageRecords, 'records'>): readonly string[] {
  return [...new Set(records.flatMap(emailsOfTransfer).filter((email) => email !== null))];
}

/** Identities under which records of a page are put aside, given which of its tickets are known (by id), each once. */
export function identitiesOf({ records, putAside }: PageRecords, tickets: KnownTickets): readonly string[] {
  const unknown = records.filter(({ ticketId }) => !tickets.has(ticketId)).map(putAsideUnknownTicket);
  return [...new Set([...unknown, ...putAside].map(({ identity }) => identity))];
}

/** Ids of tickets that are known. */
export type KnownTickets = Pick<ReadonlyMap<string, unknown>, 'has'>;

type RecordCounts = Record<Exclude<keyof PageCounts, 'seen'>, number>;

interface Sorted {
  /** The tickets of records that can be applied, with what each adds to its history. */
  readonly told: Map<string, { readonly state: TicketState; readonly added: Change[] }>;
  readonly seen: Set<string>;
  readonly putAside: Map<string, PutAsideRecord>;
  readonly counts: RecordCounts;
}

function sortRecords(page: PageRecords, state: PageState): Sorted {
  const counts = { records: 0, applied: 0, older: 0, repeated: 0, skipped: 0, putAside: 0, putAsideBefore: 0 };
  const sorted: Sorted = {
    told: new Map(),
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
    else
      addChange(sorted, { change: toChange(record, state.emailKeys), ticket, numbers: findNumbers(numbers, ticket) });
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

interface ToldChange {
  readonly change: Change;
  readonly ticket: TicketState;
  readonly numbers: Numbers;
}

/** Counted as if records came one by one: how they are cut into pages does not show in a report. */
function addChange({ told, seen, counts }: Sorted, { change, ticket, numbers }: ToldChange): void {
  const { changeNumber } = change.past;
  if (!ticket.injected) seen.add(ticket.ticketId);
  const entry = told.get(ticket.ticketId) ?? { state: ticket, added: [] };
  told.set(ticket.ticketId, entry);
  if (numbers.all.has(changeNumber)) {
    counts.repeated++;
    return;
  }
  numbers.all.add(changeNumber);
  if (changeNumber > numbers.newest) {
    numbers.newest = changeNumber;
    counts.applied++;
  } else counts.older++;
  entry.added.push(change);
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
  let newest: WalletRecord | undefined;
  for (const { record } of added) if (record.changeNumber > (newest?.changeNumber ?? -1)) newest = record;
  return newest !== undefined && newest.changeNumber > (state.current?.changeNumber ?? -1) ? [newest] : [];
}
