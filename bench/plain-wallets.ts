import { sql } from 'kysely';
import type { DistributionRow } from '../core/retrieve-status/page-state';
import type { WalletPerson, WalletRecord } from '../core/retrieve-status/wallet-record';
import type { Database } from '../db/database';

/** A contact that a page creates, or completes when the person behind a transfer becomes known; null while only the e-mail is. */
export interface PlainContact {
  readonly contactId: string;
  readonly email: string;
  readonly person: WalletPerson | null;
}

/** What one page changes. */
export interface PlainEffects {
  readonly records: readonly WalletRecord[];
  readonly newest: readonly WalletRecord[];
  readonly contacts: readonly PlainContact[];
  readonly owners: ReadonlyMap<string, string>;
  readonly distribution: readonly (DistributionRow & { readonly ticketId: string })[];
}

export interface WalletMemory {
  /** Takes the records of the next page, in order. */
  take(records: readonly WalletRecord[]): PlainEffects;
}

interface Transfer {
  readonly firstChangeNumber: number;
  readonly recipient: string | null;
}

/** The contacts of the database and who holds each ticket, all in memory. */
export async function openWalletMemory(database: Database): Promise<WalletMemory> {
  const known = await sql<{ id: string; email: string }>`
    select distinct on (lower(email)) id, lower(email) as email from contact where email is not null
    order by lower(email), has_internet_account desc, kind, created_at, id`.execute(database.kysely);
  const tickets = await sql<{ id: string; contact: string | null }>`
    select id, initial_contact_id as contact from ticket where status = 'PRINTED'`.execute(database.kysely);
  const contacts = new Map(known.rows.map(({ id, email }) => [email, id]));
  const holders = new Map(tickets.rows.map(({ id, contact }) => [id, contact]));
  const pending = new Map<string, Transfer>();
  const temporary = new Set<string>();
  // Where the product's own contacts begin (m0001-catalogue.ts); nobody else writes here.
  let nextContact = 1_000_000_000_000_000n;

  const findContact = (email: string, person: WalletPerson | null, made: Map<string, PlainContact>): string => {
    const found = contacts.get(email);
    if (found !== undefined && (person === null || !temporary.has(found))) return found;
    const contactId = found ?? (nextContact++).toString();
    contacts.set(email, contactId);
    if (person === null) temporary.add(contactId);
    else temporary.delete(contactId);
    made.set(contactId, { contactId, email, person });
    return contactId;
  };

  return {
    take: (records) => {
      const newest = new Map<string, WalletRecord>();
      const made = new Map<string, PlainContact>();
      const owners = new Map<string, string>();
      const rows = new Map<string, DistributionRow & { readonly ticketId: string }>();
      const end = (record: WalletRecord, status: DistributionRow['status'], recipient: string | null) => {
        const { ticketId, changedAt } = record;
        const { firstChangeNumber, recipient: expected } = pending.get(ticketId) ?? {
          firstChangeNumber: record.changeNumber,
          recipient: null,
        };
        if (status === 'PENDING') pending.set(ticketId, { firstChangeNumber, recipient });
        else pending.delete(ticketId);
        const oldContactId = holders.get(ticketId) ?? null;
        const newContactId = recipient ?? expected;
        const row = { ticketId, firstChangeNumber, oldContactId, newContactId, status, changedAt };
        rows.set(`${ticketId} ${firstChangeNumber.toString()}`, row);
      };
      for (const record of records) {
        newest.set(record.ticketId, record);
        const email = (record.transfer?.toEmail ?? record.owner?.email ?? '').toLowerCase();
        if (record.status === 'PENDING_TRANSFER') end(record, 'PENDING', findContact(email, null, made));
        else if (record.status === 'TRANSFERRED') {
          const recipient = findContact(email, record.owner, made);
          end(record, 'CONFIRMED', recipient);
          holders.set(record.ticketId, recipient);
          owners.set(record.ticketId, recipient);
        } else if (record.status.startsWith('FAILURE')) end(record, 'CANCELLED', contacts.get(email) ?? null);
      }
      return {
        records,
        newest: [...newest.values()],
        contacts: [...made.values()],
        owners,
        distribution: [...rows.values()],
      };
    },
  };
}
