import { toGroups } from '../groups';
import { isWalletRecord, parsePageRecord } from '../messages/parse-wallet-record';
import { type Change, hasContact, inOrder, toRecipient, toRecipientEmail } from './changes';
import type {
  ContactReference,
  ContactState,
  DistributionRow,
  FilledContact,
  NewContact,
  PastChange,
  TicketState,
} from './page-state';
import { findRow, showsEnd, traceTransfers, type Transfer } from './transfers';
import type { WalletPerson } from './wallet-record';

/** A ticket whose contacts follow its changes, with the changes that the page adds to it. */
export interface ChangedTicket {
  readonly state: TicketState;
  readonly added: readonly Change[];
}

/** The contacts that e-mails, as they are looked up, mean for one ticket. */
export interface Directory {
  readonly find: (email: string) => ContactReference | null;
  /** Whether a contact has this e-mail. */
  readonly has: (contact: ContactReference, email: string) => boolean;
}

/** What a page does to contacts, and how its tickets find theirs afterwards. */
export interface PlannedContacts {
  readonly create: readonly NewContact[];
  readonly fill: readonly FilledContact[];
  readonly directoryOf: (ticket: ChangedTicket) => Directory;
}

/** The contact that an e-mail means: with an internet account first, then individuals, then the oldest (domain.md 8.4). */
export function chooseContact(contacts: readonly ContactState[]): ContactState | undefined {
  return [...contacts].sort(byChoice)[0];
}

/**
 * Finds, creates and completes the contacts that the changed tickets of a page need (domain.md 8.4). What a contact holds in the end
 * follows from the TRANSFERRED record of the lowest change number, so that the order of arrival does not matter (decision 35).
 */
export function planContacts(tickets: readonly ChangedTicket[], contacts: readonly ContactState[]): PlannedContacts {
  const known = toGroups(contacts.map((contact) => [contact.email, contact] as const));
  const wanted = new Map<string, Wanted>();
  const remembered = new Map<string, ReadonlyMap<string, string>>();
  for (const { state, added } of tickets) {
    for (const change of added) wantRecord(wanted, change);
    remembered.set(state.ticketId, wantPast(wanted, state, known));
  }
  const create: NewContact[] = [];
  const fill: FilledContact[] = [];
  for (const [email, { changeNumber, data }] of wanted) {
    const contact = chooseContact(known.get(email) ?? []);
    if (contact === undefined) create.push({ email, person: null, changeNumber, ...data });
    else if (data !== undefined && isOpenTo(contact, data.changeNumber)) {
      fill.push({ contactId: contact.contactId, ...data });
    }
  }
  const directoryOf = (ticket: ChangedTicket): Directory =>
    openDirectory(ticket, { known, wanted, remembered: remembered.get(ticket.state.ticketId) ?? new Map() });
  return { create, fill, directoryOf };
}

/** Why a contact is needed: the first change that names it, and the first one that tells its data. */
interface Wanted {
  readonly changeNumber: number;
  readonly data?: { readonly person: WalletPerson; readonly changeNumber: number };
}

type KnownContacts = ReadonlyMap<string, readonly ContactState[]>;

function wantRecord(wanted: Map<string, Wanted>, change: Change): void {
  const email = toRecipientEmail(change.past);
  if (email === null || !hasContact(change.past)) return;
  const { changeNumber } = change.past;
  const before = wanted.get(email);
  const person = toRecipient(change);
  const isFirst = person !== null && changeNumber < (before?.data?.changeNumber ?? Infinity);
  const data = isFirst ? { person, changeNumber } : before?.data;
  const first = Math.min(changeNumber, before?.changeNumber ?? Infinity);
  wanted.set(email, { changeNumber: first, ...(data === undefined ? {} : { data }) });
}

/**
 * What the past of a ticket asks for, of a time when distribution was switched off: the contacts of its TRANSFERRED records, a temporary one of any
 * other change without contact. Gives the contacts that its rows name and that its e-mails do not find any more, because S-360 corrected the e-mail:
 * they stay what they are.
 */
function wantPast(wanted: Map<string, Wanted>, ticket: TicketState, known: KnownContacts): ReadonlyMap<string, string> {
  const unfound = findUnfound(ticket, known);
  const remembered = rememberContacts(ticket, unfound);
  for (const change of readUndistributed(ticket)) {
    if (!remembered.has(toRecipientEmail(change.past) ?? '')) wantRecord(wanted, change);
  }
  for (const [email, changeNumber] of unfound) {
    if (!remembered.has(email) && !wanted.has(email)) wanted.set(email, { changeNumber });
  }
  return remembered;
}

/** E-mails of past recipients that no contact has, with the first change that names each. */
function findUnfound({ history }: TicketState, known: KnownContacts): ReadonlyMap<string, number> {
  const lost = history.filter((change) => hasContact(change) && !known.has(toRecipientEmail(change) ?? ''));
  const unfound = new Map<string, number>();
  for (const change of lost) {
    const email = toRecipientEmail(change);
    if (email !== null) unfound.set(email, Math.min(change.changeNumber, unfound.get(email) ?? Infinity));
  }
  return unfound;
}

function rememberContacts(
  { history, distribution }: TicketState,
  unfound: ReadonlyMap<string, number>,
): ReadonlyMap<string, string> {
  const remembered = new Map<string, string>();
  if (unfound.size === 0) return remembered;
  for (const transfer of traceTransfers(inOrder(history))) {
    const row = findRow(distribution, transfer);
    const contactId = row?.newContactId ?? null;
    if (row === undefined || contactId === null) continue;
    const email = findEmailOfRow(row, { transfer, history });
    if (email !== null && unfound.has(email)) remembered.set(email, contactId);
  }
  return remembered;
}

/** Whom a row meant when it was written: it may be behind its transfer, which meanwhile went to somebody else. */
function findEmailOfRow(
  row: DistributionRow,
  { transfer, history }: { readonly transfer: Transfer; readonly history: readonly PastChange[] },
): string | null {
  if (showsEnd(row, transfer)) return transfer.toEmail;
  const first = history.find(({ changeNumber }) => changeNumber === row.firstChangeNumber);
  return row.status === 'PENDING' && first !== undefined ? toRecipientEmail(first) : null;
}

/** A record that an earlier version took and this one cannot read tells no person: its recipient stays temporary. */
function readUndistributed({ undistributed, history }: TicketState): readonly Change[] {
  return undistributed.map(parsePageRecord).flatMap((record) => {
    if (!isWalletRecord(record)) return [];
    const past = history.find(({ changeNumber }) => changeNumber === record.changeNumber);
    return past === undefined ? [] : [{ record, past }];
  });
}

/** A contact with a real name is reused, never updated; one that a later record filled, and nobody changed since, is mended. */
function isOpenTo(contact: ContactState, changeNumber: number): boolean {
  return contact.temporary || (contact.filledBy !== null && changeNumber < contact.filledBy);
}

interface Book {
  readonly known: KnownContacts;
  readonly wanted: ReadonlyMap<string, Wanted>;
  readonly remembered: ReadonlyMap<string, string>;
}

function openDirectory({ state, added }: ChangedTicket, { known, wanted, remembered }: Book): Directory {
  const changes = [...state.history, ...added.map(({ past }) => past)];
  const own = new Set(changes.filter(hasContact).map(toRecipientEmail));
  return {
    find(email) {
      const contacts = known.get(email) ?? [];
      // Contacts that transfers of other tickets created count only where this ticket's own history asks for them: else what it finds
      // would depend on which ticket was read first.
      const contact = chooseContact(own.has(email) ? contacts : contacts.filter(isFromS360));
      if (contact !== undefined) return { contactId: contact.contactId };
      if (!own.has(email)) return null;
      const contactId = remembered.get(email);
      if (contactId !== undefined) return { contactId };
      return wanted.has(email) ? { createdFor: email } : null;
    },
    has: (reference, email) =>
      'createdFor' in reference
        ? reference.createdFor === email
        : (known.get(email) ?? []).some(({ contactId }) => contactId === reference.contactId),
  };
}

/** S-360's contacts have ids of at most 15 digits, those that the product creates more (`contactIdRule` in core/import). */
function isFromS360({ contactId }: ContactState): boolean {
  return contactId.length <= 15;
}

function byChoice(left: ContactState, right: ContactState): number {
  if (left.hasInternetAccount !== right.hasInternetAccount) return left.hasInternetAccount ? -1 : 1;
  if (left.kind !== right.kind) return left.kind === 'INDIVIDUAL' ? -1 : 1;
  if (left.createdAt !== right.createdAt) return left.createdAt < right.createdAt ? -1 : 1;
  if (left.contactId.length !== right.contactId.length) return left.contactId.length - right.contactId.length;
  return left.contactId < right.contactId ? -1 : 1;
}
