import { type applyPage, emailsOf, identitiesOf, ticketIdsOf } from '../../../core/retrieve-status/apply-page';
import { isUndistributed, temporaryName, toChange } from '../../../core/retrieve-status/changes';
import { toMicroseconds } from '../../../core/retrieve-status/microseconds';
import type { ContactState, DistributionRow, PastChange, TicketState } from '../../../core/retrieve-status/page-state';
import { type PutAsideStand, toStand } from '../../../core/retrieve-status/put-aside';
import type { DiffPage, WalletRecord } from '../../../core/retrieve-status/wallet-record';
import { type Tables, toKey, type WorldContact, type WorldTicket } from './world-tables';

/** What the tables hold of the tickets, people and records of a page before it is applied, as the database will load it. */
export function loadState(tables: Tables, page: DiffPage): Parameters<typeof applyPage>[1] {
  const tickets = new Map<string, TicketState>();
  const keys = new Map(emailsOf(page).map((email) => [email, toKey(email)]));
  const emails = new Set(keys.values());
  for (const id of ticketIdsOf(page)) {
    const ticket = tables.tickets.get(id);
    if (ticket === undefined) continue;
    const { history, current, initialContactId, currentContactId, status, injected, answerLost, skipped, distributes } =
      ticket;
    const past = [...history.values()].map(toPast).sort(byTime);
    for (const change of past) {
      for (const email of [change.fromEmail, change.toEmail, change.ownerEmail]) if (email !== null) emails.add(email);
    }
    const owners = { initialContactId, currentContactId };
    const state = {
      ticketId: id,
      status,
      injected,
      answerLost,
      skipped,
      distributes,
      ...owners,
      current,
      history: past,
    };
    const { distribution } = ticket;
    const rows = distribution.map(asPostgresWrites);
    tickets.set(id, { ...state, distribution: rows, undistributed: findUndistributed(ticket) });
  }
  const contacts = tables.contacts.filter(({ email }) => emails.has(toKey(email))).map(toContactState);
  const knownPutAside = new Map(identitiesOf(page, tickets).flatMap((identity) => standOf(tables, identity)));
  const emailKeys = new Map([...keys].filter(([email, key]) => email !== key));
  return { tickets, contacts, emailKeys, knownPutAside };
}

function standOf({ open, putAside }: Tables, identity: string): readonly (readonly [string, PutAsideStand])[] {
  const kept = open.get(identity);
  if (kept !== undefined) return [[identity, toStand(kept)]];
  return putAside.has(identity) ? [[identity, 'known']] : [];
}

function toPast(record: WalletRecord): PastChange {
  const emails = emailsOf({ records: [record] });
  return toChange(record, new Map(emails.map((email) => [email, toKey(email)]))).past;
}

function findUndistributed({ history, ...ticket }: WorldTicket): readonly unknown[] {
  const records = [...history.values()];
  if (!isUndistributed({ ...ticket, history: records.map(toPast) })) return [];
  return records.filter(({ status }) => status === 'TRANSFERRED').map(({ json }): unknown => JSON.parse(json));
}

function toContactState({
  id,
  email,
  kind,
  account,
  createdAt,
  firstName,
  lastName,
  filledBy,
}: WorldContact): ContactState {
  const temporary = firstName === temporaryName.firstName && lastName === temporaryName.lastName;
  const key = toKey(email);
  return { contactId: id, email: key, temporary, hasInternetAccount: account, kind, createdAt, filledBy };
}

function asPostgresWrites(row: DistributionRow): DistributionRow {
  return { ...row, changedAt: toMicroseconds(row.changedAt) };
}

/** Loaded in an order of its own: nothing may rely on it. */
function byTime(left: PastChange, right: PastChange): number {
  return left.changedAt < right.changedAt ? 1 : -1;
}
