import { putAsideSkipped, putAsideUnknownTicket } from '../messages/parse-wallet-record';
import { type Change, emailsOfTransfer, toChange } from './changes';
import { planContacts, type ChangedTicket } from './contacts';
import { isBehind, isContact, isOtherDistribution, planTransfers } from './distribution';
import type { ContactState, EmailKeys, PageCounts, PageEffects, TicketState } from './page-state';
import { isWritten, type PutAsideStand, type PutAsideStands, toStand } from './put-aside';
import type { DiffPage, PutAsideRecord, WalletRecord } from './wallet-record';

/** What is on record of all that a page names. */
export interface PageState {
  readonly tickets: ReadonlyMap<string, TicketState>;
  /** Every contact that an e-mail of the page, or of the history of its tickets, may mean. */
  readonly contacts: readonly ContactState[];
  readonly emailKeys: EmailKeys;
  /** What is put aside already under identities of the page. */
  readonly knownPutAside: PutAsideStands;
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

/** Identities under which records of a page are put aside or kept, given what is known of its tickets (by id), each once. */
export function identitiesOf({ records, putAside }: PageRecords, tickets: KnownTickets): readonly string[] {
  const unapplied = records.filter(({ ticketId }) => tickets.get(ticketId)?.skipped !== false);
  return [...new Set([...unapplied.map(putAsideUnknownTicket), ...putAside].map(({ identity }) => identity))];
}

/** Tickets that are known, by id. */
export type KnownTickets = Pick<ReadonlyMap<string, Pick<TicketState, 'skipped'>>, 'get'>;

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
    else if (ticket.skipped) {
      const isOnRecord = findNumbers(numbers, ticket).all.has(record.changeNumber);
      keep(sorted, isOnRecord ? undefined : record, state);
    } else
      addChange(sorted, { change: toChange(record, state.emailKeys), ticket, numbers: findNumbers(numbers, ticket) });
  }
  for (const record of page.putAside) {
    const ticket = record.ticketId === null ? undefined : state.tickets.get(record.ticketId);
    if (ticket?.skipped === true) keep(sorted, record, state);
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
  if (!isWritten(record, findStand(fresh, record, state))) {
    counts.putAsideBefore++;
    return;
  }
  fresh.set(record.identity, record);
  counts.putAside++;
}

/** A record of a skipped ticket counts as one, whether it is kept, is kept already, or is on record and so needs not be. */
function keep(
  { putAside: fresh, counts }: Sorted,
  record: WalletRecord | PutAsideRecord | undefined,
  state: PageState,
): void {
  counts.skipped++;
  if (record === undefined) return;
  const kept = putAsideSkipped(record);
  if (isWritten(kept, findStand(fresh, kept, state))) fresh.set(kept.identity, kept);
}

function findStand(
  fresh: Sorted['putAside'],
  { identity }: PutAsideRecord,
  { knownPutAside }: PageState,
): PutAsideStand | undefined {
  const written = fresh.get(identity);
  return written === undefined ? knownPutAside.get(identity) : toStand(written);
}

function findNewest({ state, added }: ChangedTicket): readonly WalletRecord[] {
  let newest: WalletRecord | undefined;
  for (const { record } of added) if (record.changeNumber > (newest?.changeNumber ?? -1)) newest = record;
  return newest !== undefined && newest.changeNumber > (state.current?.changeNumber ?? -1) ? [newest] : [];
}
