import { sql } from 'kysely';
import type { Database } from '../../database';

/** What S-360 knows of a ticket from reading its wallet back. */
export interface WalletRow {
  readonly ticketId: string;
  readonly status: string;
  /** Of its newest change. */
  readonly changeNumber: number;
  /** E-mails are personal data: to be compared, never to be logged. Null is not told. */
  readonly ownerEmail: string | null;
  readonly culturalContactEmail: string | null;
  /** Changes on record. */
  readonly changes: number;
  /** Transfers that somebody accepted. */
  readonly confirmedTransfers: number;
}

/** Every ticket that was read back from an account, in one reading of all of them. */
export async function listWallets(database: Database, organizer: string): Promise<readonly WalletRow[]> {
  const { rows } = await sql<WalletRow>`
    select m.ticket_id::text as "ticketId", m.status, m.change_number::float8 as "changeNumber", m.owner ->> 'email' as "ownerEmail",
      c.email as "culturalContactEmail", coalesce(h.changes, 0)::float8 as "changes",
      coalesce(d.confirmed, 0)::float8 as "confirmedTransfers"
    from mobile_ticket m
    join ticket t on t.id = m.ticket_id
    join interface i on i.organization_id = t.organization_id and i.archived_at is null and i.organizer = ${organizer}
    left join contact c on c.id = t.current_contact_id
    left join (select ticket_id, count(*) as changes from mobile_ticket_history group by ticket_id) h on h.ticket_id = m.ticket_id
    left join (
      select ticket_id, count(*) as confirmed from distribution where status = 'CONFIRMED' group by ticket_id
    ) d on d.ticket_id = m.ticket_id
    order by m.ticket_id`.execute(database.kysely);
  return rows;
}

/** How many changes of tickets are on record, of all accounts. */
export async function countChanges(database: Database): Promise<number> {
  const { rows } = await sql<{ changes: number }>`
    select count(*)::float8 as changes from mobile_ticket_history`.execute(database.kysely);
  return rows[0]?.changes ?? 0;
}
