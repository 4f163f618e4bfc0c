import { sql } from 'kysely';
import type { Database } from '../../database';
import { inTransaction } from '../../transaction';
import type { HeldSlot } from './announce';
import type { ExecutionIdentity } from './identity';

export interface TakeSlotInput {
  readonly identity: ExecutionIdentity;
  readonly organizer: string;
  readonly interfaceId: string;
  readonly range: number;
  readonly worker: string;
  /** Seconds that the slot is held without a renewal. */
  readonly leaseSeconds: number;
}

/** Undefined when all slots that this range may take are held; the range is then listed as waiting. */
export function takeSlot(database: Database, input: TakeSlotInput): Promise<HeldSlot | undefined> {
  return inTransaction(database, async (transaction) => {
    // Counting and taking are one step per organizer: two ranges must not both take the last slot that an interface may hold.
    await sql`select pg_advisory_xact_lock(hashtext('call_slot'), hashtext(${input.organizer}))`.execute(transaction);
    const taken = await sql<{ n: number; token: string }>`
      with wanted as (
        select ${input.organizer}::text as organizer, ${input.interfaceId}::bigint as interface_id,
          ${input.identity.execution}::bigint as execution_id, ${input.range}::integer as range_number
      ), exe as (
        select e.id from execution e
        where e.id = ${input.identity.execution} and e.namespace = ${input.identity.namespace}
          and e.workflow_id = ${input.identity.workflowId} and e.first_run_id = ${input.identity.firstRunId}
          and e.closed_at is null
      ), held as (
        -- The slot of a run that was closed as lost is kept only while a call of it may be under way (architecture.md, "Ending").
        select s.n, s.interface_id, s.execution_id, s.range_number from call_slot s, wanted w
        where s.organizer = w.organizer and s.until > now() and (
          not exists (select from execution e where e.id = s.execution_id and e.closed_at is not null)
          or exists (select from call c where c.execution_id = s.execution_id and c.range_number = s.range_number
            and c.answered_at is null and c.deadline > now() and worker_may_live(c.worker_id)))
      ), limits as (
        -- The interface counts also when it was archived or moved to another account under way: its open run must come to an end.
        select max(i.parallel_calls) as account,
          max(i.parallel_calls) filter (where i.id = w.interface_id) as interface,
          (select count(*) from held h where h.interface_id = w.interface_id
            and (h.execution_id, h.range_number) <> (w.execution_id, w.range_number)) as held
        from interface i, wanted w where (i.organizer = w.organizer and i.archived_at is null) or i.id = w.interface_id
        group by w.organizer, w.interface_id, w.execution_id, w.range_number
      ), mine as (
        select s.n from call_slot s, wanted w
        where s.organizer = w.organizer and s.execution_id = w.execution_id and s.range_number = w.range_number
      ), outwaited as (
        -- Whoever waits for the limit of its own interface could not take a slot of the account: it holds back no other.
        select 1 from slot_wait o join execution x on x.id = o.execution_id join interface i on i.id = x.interface_id, wanted w
        where (select count(*) from held h where h.interface_id = i.id) < i.parallel_calls and o.organizer = w.organizer and o.execution_id <> w.execution_id and o.until > now()
          and o.since < coalesce((select since from slot_wait m
            where m.execution_id = w.execution_id and m.range_number = w.range_number), now())
        limit 1
      ), pick as (
        select s.n from call_slot s, limits l, wanted w
        where s.organizer = w.organizer and exists (select from exe) and (
          s.n in (select n from mine)
          or (not exists (select from mine) and not exists (select from outwaited)
            and s.n not in (select n from held) and s.n <= l.account and l.held < l.interface))
        order by s.n limit 1
        for no key update of s
      )
      update call_slot s
      set token = s.token + 1, interface_id = w.interface_id, execution_id = w.execution_id,
        range_number = w.range_number, worker_id = ${input.worker}::bigint, held_since = now(),
        until = now() + make_interval(secs => ${input.leaseSeconds})
      from pick, wanted w
      where s.organizer = w.organizer and s.n = pick.n
      returning s.n, s.token
    `.execute(transaction);
    const [slot] = taken.rows;
    if (slot === undefined) {
      await waitForSlot(input).execute(transaction);
      return undefined;
    }
    await sql`delete from slot_wait
      where execution_id = ${input.identity.execution} and range_number = ${input.range}`.execute(transaction);
    return { organizer: input.organizer, n: slot.n, token: slot.token, range: input.range };
  });
}

function waitForSlot(input: TakeSlotInput) {
  return sql`
    insert into slot_wait (organizer, execution_id, range_number, until)
    values (${input.organizer}, ${input.identity.execution}, ${input.range}, now() + interval '5 seconds')
    on conflict (execution_id, range_number) do update set until = excluded.until`;
}
