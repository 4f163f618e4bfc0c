import type { PreparedStatement } from '../../prepared';
import {
  countedWait,
  hasTicketsLeft,
  isOfAnother,
  isSettled,
  isTaken,
  mayBeRepeated,
  mayBeThere,
  narrowingHasSlot,
} from './announce-conditions';
import { isUnderWay } from './under-way';

/**
 * The statement behind `recordAndAnnounce`. Its order of ideas: who is asking (execution, slot, worker, gate), what the answer settled
 * (rows, marks, statuses, claims), whether the next call may go out, its announcement.
 *
 * Tables are looked up by the tickets' key and never joined: a join that was planned while a table was empty, or believed to be, reads all
 * of it for each ticket (measured with 100,000 tickets: 2.5 s instead of 3 ms).
 *
 * The slot row is locked, so that a new attempt that raises the token either sees this announcement or makes it fail. `now()` is the
 * database's clock: workers' clocks decide nothing (reliability.md F25).
 */
export const announceStatement: PreparedStatement = {
  name: 'push-record-and-announce',
  text: `
with given as (
  select $1::bigint as execution_id, $10::text as function, $11::bigint as pos_id, $12::boolean as simulation,
    $22::integer as call_batch, $23::integer as call_number, $24::boolean as refused_whole, $25::boolean as first_call,
    $26::timestamptz as sent_at, $27::integer as next_batch, $28::integer as next_number, $33::boolean as repetition,
    $35::text as refusal_code, $36::text as refusal_message, $37::boolean as late, $38::boolean as careful,
    $41::boolean as trial
), exe as (
  select e.*, i.paused as interface_paused
  from execution e join interface i on i.id = e.interface_id
  where e.id = $1 and e.namespace = $2 and e.workflow_id = $3 and e.first_run_id = $4
), slot as materialized (
  select s.until from call_slot s
  where s.organizer = $5 and s.n = $6 and s.token = $7::bigint and s.execution_id = $1 and s.range_number = $8
  for no key update
), session as (
  select 1 from worker w
  where w.id = $9::bigint
    and exists (select from pg_stat_get_activity(w.backend_pid) a where a.backend_start = w.backend_start)
), gate as (
  select g.*, g.key_refused_at is not null
      and not exists (select from exe where exe.opened_at > g.key_refused_at) as key_refused
  from organizer_gate g where g.organizer = $5
), outcome as (
  select * from unnest($13::integer[], $14::bigint[], $15::text[], $16::text[], $17::text[], $18::text[], $19::boolean[])
    as o(position, ticket_id, outcome, code, field, message, from_answer)
  where o.from_answer or $12::boolean or not ${mayBeThere}
), may_settle as (
  select (exists (select from slot) and exists (select from exe where closed_at is null)) as yes
), may_deliver as (
  -- The lock of a held slot keeps a close from counting meanwhile; without a slot the caller locks the execution first (late).
  select given.late or (exists (select from slot) and exists (select from exe where closed_at is null)) as yes from given
), delivered as (
  -- The reasons may be fewer: most functions send none.
  select * from unnest($20::integer[], $21::bigint[], $39::text[], $40::text[]) as d(position, ticket_id, content_hash, reason)
  where (select yes from may_deliver)
), recorded as (
  insert into execution_undelivered (execution_id, position, ticket_id, outcome, code, field, message)
  select $1, o.position, o.ticket_id, o.outcome, o.code, o.field, o.message
  from outcome o
  where exists (select from exe) and (select yes from may_settle)
  on conflict (execution_id, position) do nothing
), marked as (
  insert into processed as old (ticket_id, function, organizer, execution_id, reason, content_hash, sent_at)
  select d.ticket_id, given.function, $5, $1, d.reason, decode(d.content_hash, 'hex'), coalesce(given.sent_at, now())
  from delivered d, given
  where not given.careful or (select true from ticket t where t.id = d.ticket_id)
  order by d.ticket_id
  on conflict (ticket_id, function) do update
    set version = old.version + 1, organizer = excluded.organizer, execution_id = excluded.execution_id,
      reason = excluded.reason, content_hash = excluded.content_hash, sent_at = excluded.sent_at
    where (old.execution_id, old.sent_at) is distinct from (excluded.execution_id, excluded.sent_at)
  returning 1
), printed as (
  update ticket t set status = 'PRINTED', printed_at = now(), printed_pos_id = given.pos_id
  from given
  where t.id = any (array(select d.ticket_id from delivered d)) and t.status = 'NOT_PRINTED' and given.pos_id is not null
  returning 1
), settled as (
  delete from ticket_outcome o
  where o.ticket_id = any (array(select d.ticket_id from delivered d)) and o.function = $10::text
  returning 1
), kept as (
  insert into ticket_outcome as old (ticket_id, function, execution_id, outcome, code, field, message, attempted_at)
  select o.ticket_id, given.function, $1, o.outcome, o.code, o.field, o.message,
    case when o.outcome <> 'SKIPPED' then coalesce(given.sent_at, now()) end
  from outcome o, given
  where o.outcome <> 'SIMULATED' and not given.simulation
    and exists (select from exe) and (select yes from may_settle)
  order by o.ticket_id
  on conflict (ticket_id, function) do update
    set execution_id = excluded.execution_id, outcome = excluded.outcome, code = excluded.code, field = excluded.field,
      message = excluded.message, attempted_at = coalesce(excluded.attempted_at, old.attempted_at), recorded_at = now()
    where old.outcome <> 'UNKNOWN' or exists (
      select from outcome o where o.ticket_id = excluded.ticket_id and o.from_answer)
  returning 1
), freed as (
  delete from claim c
  where c.execution_id = $1 and c.ticket_id = any (array(
    select d.ticket_id from delivered d
    union all select o.ticket_id from outcome o where o.outcome <> 'UNKNOWN' and (select yes from may_settle)))
  returning 1
), complete as (
  -- A repetition by a newer attempt may be under way while the older one learns that all was delivered: it ends by its own answer.
  select (select yes from may_settle)
    or (cardinality(c.positions) = (select count(*) from delivered d where d.position = any (c.positions))
      and not (${isOfAnother('c')} and ${isUnderWay('c')})) as yes
  from call c where c.execution_id = $1 and c.batch = $22::integer and c.number = $23::integer
), answered as (
  update call c set
    answered_at = case when c.answered_at is null and (select yes from complete) then now() else c.answered_at end,
    refusal_code = coalesce(c.refusal_code, given.refusal_code),
    refusal_message = coalesce(c.refusal_message, given.refusal_message),
    delivered = case
      when not exists (select from delivered) then c.delivered
      when c.delivered is null then array(select d.position from delivered d order by d.position)
      else array(select unnest(c.delivered) union select d.position from delivered d order by 1) end
  from given
  where c.execution_id = $1 and c.batch = $22::integer and c.number = $23::integer and exists (select from exe)
    and ((c.answered_at is null and (select yes from complete)) or exists (select from delivered))
  returning 1
), reopened as (
  update organizer_gate g set failing_since = null, failing_code = null, key_refused_at = null
  from given
  where g.organizer = $5 and given.call_batch is not null
    and (g.failing_since is not null or g.key_refused_at is not null)
  returning 1
), counted as (
  update execution e set
    whole_refusals_in_a_row = case
      when given.refused_whole and given.first_call then e.whole_refusals_in_a_row + 1
      when given.refused_whole then e.whole_refusals_in_a_row else 0 end,
    calls_without_acceptance = case when given.refused_whole then e.calls_without_acceptance + 1 else 0 end,
    narrowing_range = case
      when not given.refused_whole then null
      when ${narrowingHasSlot} then e.narrowing_range
      else $8 end,
    trial = case when given.refused_whole then e.trial else 'none' end
  from given
  where e.id = $1 and exists (select from exe) and given.call_batch is not null and e.closed_at is null
    -- A refusal that an ousted attempt learns counts no more: its range may be done, and nobody would end the narrowing that it began.
    -- Nor does one that is recorded a second time because its commit was in doubt.
    and ((given.refused_whole and (select yes from may_settle) and exists (select from answered))
      or (e.whole_refusals_in_a_row + e.calls_without_acceptance > 0 and exists (select from delivered)))
  returning 1
), changed as (
  -- Both in the order of the ids: one pass through the key.
  select 1 where array(select t.xmin from ticket t where t.id = any ($31::bigint[]) order by t.id) <> $32::xid[]
    or (not $33::boolean and (${isSettled} or ${isTaken}))
    -- The call to repeat was taken back since then: nothing of it ever went out, so its tickets are looked at again. Or there is nothing
    -- left to repeat, because an ousted attempt learnt its answer: no gate is waited at for that.
    or ($33::boolean and not exists (
      select from call c where c.execution_id = $1 and c.batch = $27::integer and c.number = $28::integer and ${hasTicketsLeft('c')}))
), view as (
  select
    exists (select from exe) as "identityKnown",
    coalesce((select closed_at is not null from exe), false) as "closed",
    coalesce((select until > now() + make_interval(secs => $34::double precision / 1000) from slot), false) as "slotHeld",
    exists (select from session) as "workerAlive",
    -- Of other attempts: this one makes one call at a time, and has no slot any more where there is a newer one. A token is given once in its
    -- account, so that one of another slot is never the same. Looked up in the index of unanswered calls.
    exists (
      select from call c
      where c.execution_id = $1 and c.range_number = $8 and ${isOfAnother('c')}
        and ${isUnderWay('c')}) as "callUnderWay",
    coalesce((select paused_at is not null from exe), false) as "paused",
    coalesce((select interface_paused from exe), false) or coalesce((select paused from gate), false) as "heldBack",
    (select ending from exe) as "ending",
    coalesce((select greatest(0, extract(epoch from not_before - now()) * 1000) from gate), 0)::integer as "closedForMs",
    (select (extract(epoch from now() - greatest(failing_since, (select opened_at from exe))) * 1000)::integer
      from gate where failing_since is not null and not exists (select from reopened)) as "failingForMs",
    coalesce((select key_refused from gate), false) as "keyRefused",
    coalesce((select failing_since is not null or key_refused_at is not null from gate), false)
      and not exists (select from reopened) as "probeNeeded",
    coalesce((select whole_refusals_in_a_row >= 2 and narrowing_range <> $8 and ${narrowingHasSlot}
      from exe), false) as "narrowedElsewhere",
    coalesce((select calls_without_acceptance >= 30 and narrowing_range = $8 and not given.trial from exe, given), false)
      as "trialWanted",
    exists (select from changed) as "ticketsChanged"
), allowed as (
  select 1 from view v, given
  where given.next_batch is not null and v."identityKnown" and not v."closed" and v."slotHeld" and v."workerAlive"
    and not v."paused" and not v."heldBack" and v."ending" is null and v."closedForMs" = 0 and not v."keyRefused"
    and not v."callUnderWay" and not v."narrowedElsewhere" and not v."trialWanted" and not v."ticketsChanged"
), probe as (
  update organizer_gate g set probe_at = now() + interval '1 second'
  where g.organizer = $5 and exists (select from allowed) and (select "probeNeeded" from view)
    and (g.probe_at is null or g.probe_at <= now())
    -- One that is not announced all the same leaves the probe to others.
    and not exists (
      select from call old
      where old.execution_id = $1 and old.batch = $27::integer and old.number = $28::integer and not (${mayBeRepeated}))
  returning 1
), announced as (
  insert into call as old (execution_id, batch, number, range_number, key, positions, worker_id, token, deadline)
  select $1, given.next_batch, given.next_number, $8, $29, $30::integer[], $9::bigint, $7::bigint,
    now() + make_interval(secs => $34::double precision / 1000)
  from given
  where exists (select from allowed)
    and (not (select "probeNeeded" from view) or exists (select from probe))
  on conflict (execution_id, batch, number) do update
    set range_number = excluded.range_number, worker_id = excluded.worker_id, token = excluded.token,
      deadline = excluded.deadline, key = excluded.key, positions = excluded.positions, repeats = old.repeats + 1,
      -- Of the wait for this try, what does not count is taken out of its time.
      announced_at = old.announced_at + greatest(now() - coalesce(old.counts_until, old.deadline + ${countedWait}), '0'),
      -- The end of the last sending is not on record: TIXNGO may have taken it, and a 409 says that it is worked on since then.
      conflict_after = case when old.counts_until is not null then old.conflict_after end,
      counts_until = null
    where ${mayBeRepeated}
  returning announced_at
)
select v.*, cardinality($20::integer[]) > 0 and not (select yes from may_deliver) as "late",
  exists (select from announced) as "announced", now()::text as "sentAt",
  (select (extract(epoch from now() - announced_at) * 1000)::integer from announced) as "calledForMs" from view v`,
};
