import { hasContact, inOrder, toPastChange, toRecipient, toRecipientEmail } from './changes';
import type { ContactReference, ContactState, FilledContact, NewContact, TicketState } from './page-state';
import { traceTransfers } from './transfers';
import type { WalletPerson, WalletRecord } from './wallet-record';

/** A ticket whose contacts follow its changes, with the changes that the page adds to it. */
export interface ChangedTicket {
  readonly state: TicketState;
  readonly added: readonly WalletRecord[];
}

/** The contacts that e-mails (lower case) mean for one ticket. */
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
  const known = groupByEmail(contacts);
  const wanted = new Map<string, Wanted>();
  const remembered = new Map<string, ReadonlyMap<string, string>>();
  for (const { state, added } of tickets) {
    for (const record of added) wantRecord(wanted, record);
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

function wantRecord(wanted: Map<string, Wanted>, record: WalletRecord): void {
  const change = toPastChange(record);
  const email = toRecipientEmail(change);
  if (email === null || !hasContact(change)) return;
  const { changeNumber } = record;
  const before = wanted.get(email);
  const person = toRecipient(record);
  const isFirst = person !== null && changeNumber < (before?.data?.changeNumber ?? Infinity);
  const data = isFirst ? { person, changeNumber } : before?.data;
  const first = Math.min(changeNumber, before?.changeNumber ?? Infinity);
  wanted.set(email, { changeNumber: first, ...(data === undefined ? {} : { data }) });
}

/**
 * Contacts that a ticket's rows name and that its e-mails do not find any more, because S-360 corrected the e-mail: they stay what they
 * are. A past change without any contact, of a time when distribution was switched off, gets a temporary one.
 */
function wantPast(
  wanted: Map<string, Wanted>,
  { history, distribution }: TicketState,
  known: KnownContacts,
): ReadonlyMap<string, string> {
  const remembered = new Map<string, string>();
  const lost = history.filter((change) => hasContact(change) && !known.has(toRecipientEmail(change) ?? ''));
  const unfound = new Map<string, number>();
  for (const change of lost) {
    const email = toRecipientEmail(change);
    if (email !== null) unfound.set(email, Math.min(change.changeNumber, unfound.get(email) ?? Infinity));
  }
  if (unfound.size === 0) return remembered;
  for (const { firstChangeNumber, toEmail } of traceTransfers(inOrder(history))) {
    const row = distribution.find((recorded) => recorded.firstChangeNumber === firstChangeNumber);
    const contactId = row?.newContactId ?? null;
    if (toEmail !== null && contactId !== null && unfound.has(toEmail)) remembered.set(toEmail, contactId);
  }
  for (const [email, changeNumber] of unfound) {
    if (!remembered.has(email) && !wanted.has(email)) wanted.set(email, { changeNumber });
  }
  return remembered;
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
  const changes = [...state.history, ...added.map(toPastChange)];
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

function groupByEmail(contacts: readonly ContactState[]): KnownContacts {
  const groups = new Map<string, ContactState[]>();
  for (const contact of contacts) {
    const group = groups.get(contact.email);
    if (group === undefined) groups.set(contact.email, [contact]);
    else group.push(contact);
  }
  return groups;
}

function byChoice(left: ContactState, right: ContactState): number {
  if (left.hasInternetAccount !== right.hasInternetAccount) return left.hasInternetAccount ? -1 : 1;
  if (left.kind !== right.kind) return left.kind === 'INDIVIDUAL' ? -1 : 1;
  if (left.createdAt !== right.createdAt) return left.createdAt < right.createdAt ? -1 : 1;
  if (left.contactId.length !== right.contactId.length) return left.contactId.length - right.contactId.length;
  return left.contactId < right.contactId ? -1 : 1;
}
