import { type Kysely, sql } from 'kysely';

/**
 * Gives every organizer its gate and as many call slots as the highest `parallelCalls` of its interfaces (domain.md 4). A slot too many
 * goes, unless a run of the account is open, which may need it to come to an end: the next apply takes it then.
 */
export async function writeSlots(transaction: Kysely<unknown>): Promise<void> {
  await sql`
    insert into organizer_gate (organizer)
    select distinct organizer from interface where archived_at is null
    on conflict do nothing`.execute(transaction);
  await sql`
    insert into call_slot (organizer, n)
    select i.organizer, n
    from (select organizer, max(parallel_calls) as most from interface where archived_at is null group by organizer) i
    cross join generate_series(1, i.most) as n
    on conflict do nothing`.execute(transaction);
  await sql`
    delete from call_slot s
    where s.execution_id is null
      and not exists (select from execution e where e.organizer = s.organizer and e.closed_at is null)
      and s.n > coalesce(
        (select max(i.parallel_calls) from interface i where i.organizer = s.organizer and i.archived_at is null), 0)`.execute(
    transaction,
  );
}
