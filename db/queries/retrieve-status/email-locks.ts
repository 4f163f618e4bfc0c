import { type RawBuilder, sql } from 'kysely';

/** Postgres has some thousands of lock entries for all sessions together. */
const mostLocks = 1_000;

export interface EmailLocks {
  /** As they are written; those of the changes in `past` are added. */
  readonly emails: readonly string[];
  /** As they are looked up: left to a later statement, for the page before this one may have locked them and is still being written. */
  readonly later: readonly string[];
  /** `try`: what another transaction has locked is not waited for. */
  readonly mode: 'wait' | 'try';
}

/**
 * Common table expressions that lock the e-mails for which a transaction may create or fill a contact, in one order for everybody
 * (architecture.md): those given and those of the changes in `past`, without a contact or with one that records fill. A contact that S-360
 * brought is never changed and needs no lock. A page of more than a thousand such e-mails locks all there are by one lock, which every other
 * page shares. Whoever reads all of `locked` has the locks where `done` is true; what they keep from changing is seen by the next statement.
 */
export function emailLocks({ emails, later, mode }: EmailLocks): RawBuilder<unknown> {
  const lock = mode === 'try' ? tryLock : waitForLock;
  return sql`
    to_lock as materialized (
      select distinct hashtextextended('contact ' || e.email, 0) as key
      from (
        (select lower(given.email) as email from unnest(${emails}::text[]) as given(email)
          union
          select m.email from past p cross join lateral (values (p.from_email), (p.to_email), (p.owner_email)) as m(email)
          where m.email is not null)
        except
        select held.email from unnest(${later}::text[]) as held(email)
      ) e
      cross join lateral (
        select count(*) as found,
          count(*) filter (where (c.first_name = 'Pending' and c.last_name = 'CREATION') or exists (
            select from wallet_contact w where w.contact_id = c.id)) as ours
        from (select * from contact x where lower(x.email) = e.email offset 0) c) c
      where c.found = 0 or c.ours > 0
    ), size as materialized (select count(*) > ${mostLocks} as large from to_lock),
    locked as materialized (
      select case when s.large then ${lock.alone(everything)} else ${lock.shared(everything)} end as done
      from size s
      union all
      select ${lock.alone(sql`l.key`)} as done
      from (select key from to_lock where not (select large from size) order by key offset 0) l
    )`;
}

const everything = sql`hashtextextended('contacts', 0)`;

const tryLock = {
  alone: (key: RawBuilder<unknown>) => sql`pg_try_advisory_xact_lock(${key})`,
  shared: (key: RawBuilder<unknown>) => sql`pg_try_advisory_xact_lock_shared(${key})`,
};

const waitForLock = {
  alone: (key: RawBuilder<unknown>) => sql`pg_advisory_xact_lock(${key})::text is not null`,
  shared: (key: RawBuilder<unknown>) => sql`pg_advisory_xact_lock_shared(${key})::text is not null`,
};
