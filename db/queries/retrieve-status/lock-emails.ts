import { type Kysely, sql } from 'kysely';
import { pageEmails } from './page-emails';

/** Postgres has some thousands of lock entries for all sessions together. */
const mostLocks = 1_000;

/**
 * Locks the e-mails for which this transaction may create or fill a contact, in one order for everybody (architecture.md): those without a
 * contact, and those of contacts that records fill. A contact that S-360 brought is never changed and needs no lock. A page of more than a
 * thousand such e-mails locks all there are by one lock, which every other page shares.
 */
export async function lockEmails(
  transaction: Kysely<unknown>,
  wanted: { readonly ticketIds: readonly string[]; readonly emails: readonly string[] },
): Promise<void> {
  await sql`
    with wanted as materialized (
      select distinct hashtextextended('contact ' || e.email, 0) as key
      from (${pageEmails(wanted)}) e
      cross join lateral (
        select count(*) as found,
          count(*) filter (where (c.first_name = 'Pending' and c.last_name = 'CREATION') or exists (
            select from wallet_contact w where w.contact_id = c.id)) as ours
        from (select * from contact x where lower(x.email) = e.email offset 0) c) c
      where c.found = 0 or c.ours > 0
    ), size as materialized (select count(*) > ${mostLocks} as large from wanted)
    select case when s.large then pg_advisory_xact_lock(hashtextextended('contacts', 0))
      else pg_advisory_xact_lock_shared(hashtextextended('contacts', 0)) end::text
    from size s
    union all
    select pg_advisory_xact_lock(w.key)::text
    from (select key from wanted where not (select large from size) order by key offset 0) w
  `.execute(transaction);
}
