import type { ContactReference, PageEffects } from '../../../core/retrieve-status/page-state';

/** The effects of a page as columns: what a statement takes as arrays. Contacts are ids here. */
export function toPageRows(effects: PageEffects, contactIds: ReadonlyMap<string, string>) {
  const { history, current, putAside } = effects;
  return {
    history: {
      ticketIds: history.map(({ ticketId }) => ticketId),
      changeNumbers: history.map(({ changeNumber }) => changeNumber),
      statuses: history.map(({ status }) => status),
      changedAts: history.map(({ changedAt }) => changedAt),
      records: history.map(({ json }) => json),
    },
    current: {
      ticketIds: current.map(({ ticketId }) => ticketId),
      statuses: current.map(({ status }) => status),
      changeNumbers: current.map(({ changeNumber }) => changeNumber),
      changedAts: current.map(({ changedAt }) => changedAt),
      owners: current.map(({ parts }) => parts.owner),
      holders: current.map(({ parts }) => parts.holder),
      details: current.map(({ parts }) => parts.details),
      activations: current.map(({ parts }) => parts.activation),
      deletions: current.map(({ parts }) => parts.deletion),
      transferLevels: current.map(({ transferLevel }) => transferLevel),
    },
    tickets: toTicketRows(effects, contactIds),
    distribution: toDistributionRows(effects, contactIds),
    putAside: {
      identities: putAside.map(({ identity }) => identity),
      ticketIds: putAside.map(({ ticketId }) => ticketId),
      reasons: putAside.map(({ reason }) => reason),
      problems: putAside.map(({ problem }) => problem),
      records: putAside.map(({ json }) => json),
    },
  };
}

/** Each ticket once: one update writes its print and its contact, for a row cannot be updated twice by one statement. */
function toTicketRows({ seen, owners }: PageEffects, contactIds: ReadonlyMap<string, string>) {
  const seenIds = new Set(seen);
  const contacts = new Map(owners.map(({ ticketId, contact }) => [ticketId, toContactId(contact, contactIds)]));
  const ids = [...new Set([...seenIds, ...contacts.keys()])];
  return {
    ids,
    seen: ids.map((id) => seenIds.has(id)),
    contactIds: ids.map((id) => contacts.get(id) ?? null),
  };
}

function toDistributionRows({ distribution }: PageEffects, contactIds: ReadonlyMap<string, string>) {
  const rows = distribution.flatMap(({ ticketId, rows: planned }) => planned.map((row) => ({ ticketId, ...row })));
  return {
    tickets: distribution.map(({ ticketId }) => ticketId),
    ticketIds: rows.map(({ ticketId }) => ticketId),
    firstChangeNumbers: rows.map(({ firstChangeNumber }) => firstChangeNumber),
    oldContactIds: rows.map(({ oldContact }) => toContactId(oldContact, contactIds)),
    newContactIds: rows.map(({ newContact }) => toContactId(newContact, contactIds)),
    statuses: rows.map(({ status }) => status),
    changedAts: rows.map(({ changedAt }) => changedAt),
  };
}

function toContactId(contact: ContactReference | null, contactIds: ReadonlyMap<string, string>): string | null {
  if (contact === null) return null;
  if ('contactId' in contact) return contact.contactId;
  const id = contactIds.get(contact.createdFor);
  if (id === undefined) throw new Error('A page refers to a contact that it does not create');
  return id;
}
