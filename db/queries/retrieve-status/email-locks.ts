import { type RawBuilder, sql } from 'kysely';

/** Postgres has some thousands of lock entries for all sessions together. */
const mostLocks = 1_000;

/**
 * Common table expressions that lock the e-mails for which a transaction may create or fill a contact, in one order for everybody
 * (architecture.md): those given, as they are written, and those of the changes in `past`, without a contact or with one that records fill. A contact that S-360
 * brought is never changed and needs no lock. A page of more than a thousand such e-mails locks all there are by one lock, which every other
 * page shares. Whoever reads `locked` whole has the locks; what is locked is seen as it is by the next statement only.
 */
export function emailLocks(emails: readonly string[]): RawBuilder<unknown> {
  return sql`
    to_lock as materialized (
      select distinct hashtextextended('contact ' || e.email, 0) as key
      from (
        select lower(given.email) as email from unnest(${emails}::text[]) as given(email)
        union
        select m.email from past p cross join lateral (values (p.from_email), (p.to_email), (p.owner_email)) as m(email) where m.email is not null
      ) e
      cross join lateral (
        select count(*) as found,
          count(*) filter (where (c.first_name = 'Pending' and c.last_name = 'CREATION') or exists (
            select from wallet_contact w where w.contact_id = c.id)) as ours
        from (select * from contact x where lower(x.email) = e.email offset 0) c) c
      where c.found = 0 or c.ours > 0
    ), size as materialized (select count(*) > ${mostLocks} as large from to_lock),
    locked as materialized (
      select case when s.large then pg_advisory_xact_lock(hashtextextended('contacts', 0))
        else pg_advisory_xact_lock_shared(hashtextextended('contacts', 0)) end::text
      from size s
      union all
      select pg_advisory_xact_lock(l.key)::text
      from (select key from to_lock where not (select large from size) order by key offset 0) l
    )`;
}
