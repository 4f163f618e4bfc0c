import { type Kysely, sql } from 'kysely';
import { pageEmails } from './page-emails';

/**
 * Locks the e-mails for which this transaction may create or fill a contact, in one order for everybody (architecture.md): those without a
 * contact, and those of contacts that records fill. A contact that S-360 brought is never changed and needs no lock, and a page of a thousand
 * people that are known takes none of Postgres' few lock entries.
 */
export async function lockEmails(
  transaction: Kysely<unknown>,
  wanted: { readonly ticketIds: readonly string[]; readonly emails: readonly string[] },
): Promise<void> {
  await sql`
    select pg_advisory_xact_lock(k.key) from (
      select distinct hashtextextended('contact ' || e.email, 0) as key
      from (${pageEmails(wanted)}) e
      cross join lateral (
        select count(*) as found,
          count(*) filter (where (c.first_name = 'Pending' and c.last_name = 'CREATION') or exists (
            select from wallet_contact w where w.contact_id = c.id)) as ours
        from contact c where lower(c.email) = e.email) c
      where c.found = 0 or c.ours > 0
      order by key offset 0
    ) k
  `.execute(transaction);
}
