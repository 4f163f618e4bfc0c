import { parseDiffPage } from '../../../core/messages/parse-diff-page';
import { applyPage } from '../../../core/retrieve-status/apply-page';
import { temporaryName } from '../../../core/retrieve-status/changes';
import type { ContactReference, PageEffects } from '../../../core/retrieve-status/page-state';
import type { PutAsideRecord, WalletPerson } from '../../../core/retrieve-status/wallet-record';
import { loadState } from './load-state';
import { toKey, type WorldContact, type WorldTicket } from './world-tables';

/** What a test says of a ticket; the rest is an injected one that distributes, without a cultural contact. */
export interface GivenTicket {
  readonly id: string;
  readonly contact?: string;
  readonly status?: string;
  readonly injected?: boolean;
  readonly distributes?: boolean;
  readonly skipped?: boolean;
}

/** What a test says of a contact; the rest is an individual with a real name and without an internet account. */
export interface GivenContact {
  readonly id: string;
  readonly email: string;
  readonly temporary?: boolean;
  readonly kind?: 'INDIVIDUAL' | 'RELAY';
  readonly account?: boolean;
  readonly createdAt?: string;
}

/** The tables that retrieve-status writes, in memory: they are loaded and written as the database will. */
export class World {
  readonly tickets = new Map<string, WorldTicket>();
  readonly contacts: WorldContact[] = [];
  readonly putAside = new Map<string, string>();
  private readonly open = new Map<string, PutAsideRecord>();
  private created = 0;

  constructor(given: { readonly tickets?: readonly GivenTicket[]; readonly contacts?: readonly GivenContact[] }) {
    for (const { id, contact = null, ...rest } of given.tickets ?? []) {
      const owners = { initialContactId: contact, currentContactId: contact };
      const settings = {
        status: 'PRINTED',
        injected: true,
        answerLost: false,
        distributes: true,
        skipped: false,
        ...rest,
      };
      this.tickets.set(id, { id, ...owners, ...settings, history: new Map(), distribution: [], current: null });
    }
    for (const { id, email, temporary = false, kind = 'INDIVIDUAL', account = false, createdAt } of given.contacts ??
      []) {
      const name = temporary ? temporaryName : { firstName: `First ${id}`, lastName: `Last ${id}` };
      const born = createdAt ?? '2025-01-01T00:00:00Z';
      this.contacts.push({ id, email, kind, account, createdAt: born, person: null, filledBy: null, ...name });
    }
  }

  /** Reads and applies the body of one answer; gives what it changed. */
  apply(...records: readonly unknown[]): PageEffects {
    const page = parseDiffPage({ tickets: records, paginationKey: 'k', hasMore: false });
    if ('problem' in page) throw new Error(page.problem);
    const { tickets, contacts, putAside, open } = this;
    const effects = applyPage(page, loadState({ tickets, contacts, putAside, open }, page));
    this.write(effects);
    return effects;
  }

  /** What the start of a run does: records that were kept of tickets that are not skipped any more are applied, or put aside for their true reason. */
  applyKept(): PageEffects {
    const ready = [...this.open.values()].filter(
      ({ reason, ticketId }) => reason === 'SKIPPED' && this.tickets.get(ticketId ?? '')?.skipped === false,
    );
    return this.apply(...ready.map(({ json }): unknown => JSON.parse(json)));
  }

  contact(id: string): WorldContact {
    const found = this.contacts.find((contact) => contact.id === id);
    if (found === undefined) throw new Error(`No contact ${id}`);
    return found;
  }

  ticket(id: string): WorldTicket {
    const found = this.tickets.get(id);
    if (found === undefined) throw new Error(`No ticket ${id}`);
    return found;
  }

  contactsOf(email: string): readonly WorldContact[] {
    return this.contacts.filter((contact) => toKey(contact.email) === email);
  }

  /** Everything that must not depend on order, repetition and pages; contacts that were created go by their e-mail. */
  snapshot(): unknown {
    const name = (id: string | null): string | null =>
      id === null || id.length <= 15 ? id : `new ${toKey(this.contact(id).email)}`;
    const tickets = [...this.tickets.values()].map((ticket) => ({
      id: ticket.id,
      status: ticket.status,
      injected: ticket.injected,
      mobile: ticket.current,
      owner: name(ticket.currentContactId),
      history: [...ticket.history.values()].sort((left, right) => left.changeNumber - right.changeNumber),
      distribution: [...ticket.distribution]
        .sort((left, right) => left.firstChangeNumber - right.firstChangeNumber)
        .map((row) => ({ ...row, oldContactId: name(row.oldContactId), newContactId: name(row.newContactId) })),
    }));
    const contacts = this.contacts
      .map(({ createdAt: _, id, ...contact }) => ({ id: name(id) ?? '', ...contact }))
      .sort((left, right) => (left.id < right.id ? -1 : 1));
    const putAside = [...this.open.values()].map(({ identity, reason }) => `${identity}: ${reason}`).sort();
    return { tickets, contacts, putAside };
  }

  private write(effects: PageEffects): void {
    const ids = new Map<string, string>();
    for (const { email, person, changeNumber } of effects.createContacts) {
      const id = String(10 ** 15 + ++this.created);
      ids.set(email, id);
      const about = { email, ...temporaryName, person: null, account: false, filledBy: null };
      const createdAt = '2026-06-01T00:00:00Z';
      this.contacts.push({ id, kind: 'INDIVIDUAL', createdAt, ...about });
      if (person !== null) fill(this.contact(id), person, changeNumber);
    }
    for (const { contactId, person, changeNumber } of effects.fillContacts) {
      fill(this.contact(contactId), person, changeNumber);
    }
    const toId = (reference: ContactReference | null): string | null => {
      if (reference === null) return null;
      if ('contactId' in reference) return reference.contactId;
      const id = ids.get(reference.createdFor);
      if (id === undefined) throw new Error('A contact that the page does not create');
      return id;
    };
    for (const record of effects.history) {
      const { history } = this.ticket(record.ticketId);
      if (history.has(record.changeNumber)) throw new Error('Unique: ticket and change number');
      history.set(record.changeNumber, record);
    }
    for (const record of effects.current) this.ticket(record.ticketId).current = record;
    for (const id of effects.seen) {
      const ticket = this.ticket(id);
      ticket.injected = true;
      if (ticket.status === 'NOT_PRINTED') ticket.status = 'PRINTED';
    }
    for (const { ticketId, contact } of effects.owners) this.ticket(ticketId).currentContactId = toId(contact);
    for (const { ticketId, rows } of effects.distribution) {
      this.ticket(ticketId).distribution = rows.map(({ oldContact, newContact, ...row }) => ({
        ...row,
        oldContactId: toId(oldContact),
        newContactId: toId(newContact),
      }));
    }
    for (const record of effects.putAside) {
      const { identity, reason } = record;
      this.putAside.set(identity, reason);
      this.open.set(identity, record);
    }
    for (const { changeNumber, ticketId } of effects.history) {
      this.open.delete(`change ${String(changeNumber)} of ticket ${ticketId}`);
    }
  }
}

/** A contact that a page's record fills gets an internet account; its e-mail goes where the record's goes. */
function fill(contact: WorldContact, person: WalletPerson, changeNumber: number): void {
  const { firstName, lastName } = person;
  Object.assign(contact, { firstName, lastName, person, account: true, filledBy: changeNumber });
  contact.email = person.email ?? contact.email;
}
