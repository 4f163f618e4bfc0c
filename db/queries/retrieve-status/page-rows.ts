import { toContactId } from '../../../core/retrieve-status/after-page';
import type { PageEffects } from '../../../core/retrieve-status/page-state';
import { toPlainArray } from '../../prepared';

/** The effects of a page as columns: what a statement takes as arrays. Contacts are ids here. */
export function toPageRows(effects: PageEffects, contactIds: ReadonlyMap<string, string>) {
  const { putAside } = effects;
  return {
    changes: toChangeRows(effects),
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

/**
 * Each record once, as one JSON array: Postgres reads that far more quickly than an array of texts. What a ticket shows of a record is taken
 * out of it there.
 */
function toChangeRows({ history, current }: PageEffects) {
  const isNew = new Set(history);
  const isCurrent = new Set(current);
  const all = [...new Set([...history, ...current])];
  return {
    ticketIds: toPlainArray(all.map(({ ticketId }) => ticketId)),
    changeNumbers: toPlainArray(all.map(({ changeNumber }) => changeNumber)),
    statuses: toPlainArray(all.map(({ status }) => status)),
    changedAts: toPlainArray(all.map(({ changedAt }) => changedAt)),
    transferLevels: toPlainArray(all.map(({ transferLevel }) => transferLevel ?? 'null')),
    isNew: toPlainArray(all.map((record) => (isNew.has(record) ? 't' : 'f'))),
    isCurrent: toPlainArray(all.map((record) => (isCurrent.has(record) ? 't' : 'f'))),
    records: `[${all.map(({ json }) => json).join(',')}]`,
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
