import { toGroups } from '../groups';
import { isUndistributed, toChange } from './changes';
import { toMicroseconds } from './microseconds';
import type { ContactReference, DistributionRow, EmailKeys, PageEffects, PastChange, TicketState } from './page-state';
import type { WalletRecord } from './wallet-record';

/** What a page was decided on, what it changes, and the ids of the contacts that it creates, by e-mail as it is looked up. */
export interface WrittenPage {
  readonly tickets: ReadonlyMap<string, TicketState>;
  readonly emailKeys: EmailKeys;
  readonly effects: PageEffects;
  readonly contactIds: ReadonlyMap<string, string>;
}

/**
 * The tickets of a page as they are on record once it is written, so that the page after it need not ask for them; by ticket id. Without those that
 * have transfers to make up for: their records are not at hand.
 */
export function ticketsAfter({
  tickets,
  emailKeys,
  effects,
  contactIds,
}: WrittenPage): ReadonlyMap<string, TicketState> {
  const added = toGroups(effects.history.map((record) => [record.ticketId, toPast(record, emailKeys)] as const));
  const newest = new Map(effects.current.map((record) => [record.ticketId, record]));
  const seen = new Set(effects.seen);
  const owners = new Map(effects.owners.map(({ ticketId, contact }) => [ticketId, contact]));
  const rows = new Map(effects.distribution.map(({ ticketId, rows: planned }) => [ticketId, planned]));
  const toId = (contact: ContactReference | null) => toContactId(contact, contactIds);
  const after = new Map<string, TicketState>();
  for (const [ticketId, ticket] of tickets) {
    const current = newest.get(ticketId);
    const owner = owners.get(ticketId);
    const state = {
      ...ticket,
      ...(seen.has(ticketId) ? { injected: true, answerLost: false, status: toPrinted(ticket.status) } : {}),
      ...(current === undefined ? {} : { current: toCurrent(current) }),
      ...(owner === undefined ? {} : { currentContactId: toId(owner) }),
      history: [...ticket.history, ...(added.get(ticketId) ?? [])],
      distribution: rows.get(ticketId)?.map((row) => toRow(row, toId)) ?? ticket.distribution,
    };
    if (!isUndistributed(state)) after.set(ticketId, { ...state, undistributed: [] });
  }
  return after;
}

/** A contact's id, or that of the one that the page creates. */
export function toContactId(contact: ContactReference | null, created: ReadonlyMap<string, string>): string | null {
  if (contact === null) return null;
  if ('contactId' in contact) return contact.contactId;
  const id = created.get(contact.createdFor);
  if (id === undefined) throw new Error('A page refers to a contact that it does not create');
  return id;
}

function toPrinted(status: string): string {
  return status === 'NOT_PRINTED' ? 'PRINTED' : status;
}

function toCurrent({ changeNumber, changedAt }: WalletRecord): TicketState['current'] {
  return { changeNumber, changedAt: toMicroseconds(changedAt) };
}

function toPast(record: WalletRecord, keys: EmailKeys): PastChange {
  return { ...toChange(record, keys).past, changedAt: toMicroseconds(record.changedAt) };
}

function toRow(
  { firstChangeNumber, oldContact, newContact, status, changedAt }: PageEffects['distribution'][number]['rows'][number],
  toId: (contact: ContactReference | null) => string | null,
): DistributionRow {
  return {
    firstChangeNumber,
    oldContactId: toId(oldContact),
    newContactId: toId(newContact),
    status,
    changedAt: toMicroseconds(changedAt),
  };
}
