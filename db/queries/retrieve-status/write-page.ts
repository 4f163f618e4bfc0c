import { type Kysely, sql } from 'kysely';
import type { PageEffects } from '../../../core/retrieve-status/page-state';
import { onlyRow } from '../../prepared';
import type { RunIdentity } from '../push/open-execution';
import type { RetrieveCounts } from '../../../core/retrieve-status/counts';
import { toPageRows } from './page-rows';

/** What a page moves: the cursor, the place in an upload, or put-aside records, which are then applied. */
export type PageMove =
  | {
      readonly to: string;
      /** The highest change number of the page; absent: it holds no record. */
      readonly newest?: number;
    }
  | { readonly uploadPosition: { readonly from: number; readonly to: number } }
  | { readonly putAside: readonly string[] };

export interface WritePageInput {
  readonly execution: number;
  readonly organizer: string;
  readonly effects: PageEffects;
  /** Ids of the contacts that `writeContacts` has created, by e-mail. */
  readonly contactIds: ReadonlyMap<string, string>;
  readonly move: PageMove;
  /** Of the cursor, as this attempt has left it: at another one somebody else has written since. */
  readonly version: string;
  readonly holder: RunIdentity;
  readonly leaseSeconds: number;
  /** Added to the execution's numbers. */
  readonly storeCounts: RetrieveCounts;
}

/**
 * Writes a page: marks, history, current states, contacts of tickets, distribution, put-aside records, numbers and the move, in one statement. `moved`:
 * the run is closed or does not hold the cursor, or what it moves is not where it was; nothing is written, and the caller rolls back.
 *
 * All parts hang on `gate`, which locks the cursor and the execution. Which put-aside record gives way to another one is decided already
 * (core/retrieve-status/put-aside.ts). They see the tables as they were before the statement, never each other's rows.
 */
export async function writePage(transaction: Kysely<unknown>, input: WritePageInput): Promise<'written' | 'moved'> {
  const { execution, organizer, holder, move, version } = input;
  const to = 'to' in move ? move.to : null;
  const newest = 'to' in move ? (move.newest ?? null) : null;
  const upload = 'uploadPosition' in move ? move.uploadPosition : null;
  const applied = 'putAside' in move ? move.putAside : [];
  const { changes, ...page } = toPageRows(input.effects, input.contactIds);
  const { rows } = await sql<{ written: boolean }>`
    with gate as materialized (
      select c.pagination_key from retrieve_cursor c, execution e
      where c.organizer = ${organizer} and c.holder_namespace = ${holder.namespace} and c.holder_workflow_id = ${holder.workflowId}
        and c.holder_first_run_id = ${holder.firstRunId} and c.version = ${version}::bigint
        and e.id = ${execution} and e.namespace = ${holder.namespace} and e.workflow_id = ${holder.workflowId}
        and e.first_run_id = ${holder.firstRunId} and e.closed_at is null
        and (${upload?.from ?? null}::bigint is null or e.upload_position = ${upload?.from ?? null}::bigint)
        and (select count(*) from put_aside p where p.id = any (${applied}::bigint[]) and p.organizer = ${organizer} and p.applied_at is null and p.dropped_at is null)
          = cardinality(${applied}::bigint[])
      for no key update of c, e
    ), cursor as (
      update retrieve_cursor c set lease_until = now() + make_interval(secs => ${input.leaseSeconds}),
        pagination_key = coalesce(${to}::text, c.pagination_key), version = c.version + case when ${to}::text is null then 0 else 1 end,
        moved_at = case when ${to}::text is null then c.moved_at else now() end
      from gate where c.organizer = ${organizer}
    ), counted as (
      update execution e set last_sign_at = now(), upload_position = coalesce(${upload?.to ?? null}::bigint, e.upload_position),
        retrieved = coalesce(e.retrieved, '{}') || (
          select jsonb_object_agg(n.key, coalesce((e.retrieved ->> n.key)::bigint, 0) + n.value::bigint)
          from jsonb_each_text(${JSON.stringify(input.storeCounts)}::jsonb) n)
      from gate where e.id = ${execution}
    ), change as materialized (
      select h.* from gate, rows from (
        unnest(${changes.ticketIds}::bigint[]), unnest(${changes.changeNumbers}::bigint[]), unnest(${changes.statuses}::text[]),
        unnest(${changes.changedAts}::timestamptz[]), unnest(${changes.transferLevels}::integer[]), unnest(${changes.isNew}::boolean[]),
        unnest(${changes.isCurrent}::boolean[]), jsonb_array_elements(${changes.records}::jsonb)
      ) as h(ticket_id, change_number, status, changed_at, transfer_level, is_new, is_current, record)
    ), asked as (
      insert into asked_key as old (organizer, pagination_key, execution_id, newest_change)
      select ${organizer}, g.pagination_key, ${execution}, ${newest}::bigint from gate g where ${to}::text is not null
      on conflict (organizer, pagination_key) do update
        set execution_id = excluded.execution_id, newest_change = greatest(old.newest_change, excluded.newest_change)
    ), history as (
      insert into mobile_ticket_history (ticket_id, change_number, status, changed_at, record, execution_id)
      select ticket_id, change_number, status, changed_at, record, ${execution} from change where is_new order by ticket_id, change_number
      on conflict (ticket_id, change_number) do nothing
    ), current as (
      insert into mobile_ticket as old (ticket_id, status, change_number, changed_at, owner, holder, details, activation, deletion, transfer_level)
      select c.ticket_id, c.status, c.change_number, c.changed_at, nullif(c.record -> 'spectatorDetails', 'null'), nullif(c.record -> 'holder', 'null'),
        nullif(c.record -> 'ticketDetails', 'null'), nullif(c.record -> 'activation', 'null'), nullif(c.record -> 'deletion', 'null'), c.transfer_level
      from change c where c.is_current
      order by c.ticket_id
      on conflict (ticket_id) do update
        set status = excluded.status, change_number = excluded.change_number, changed_at = excluded.changed_at, owner = excluded.owner,
          holder = excluded.holder, details = excluded.details, activation = excluded.activation, deletion = excluded.deletion,
          transfer_level = excluded.transfer_level, read_at = now()
        where (old.change_number, old.changed_at) < (excluded.change_number, excluded.changed_at)
    ), touched as materialized (
      select w.id, w.seen, w.contact_id, t.kind
      from gate, unnest(${page.tickets.ids}::bigint[], ${page.tickets.seen}::boolean[], ${page.tickets.contactIds}::bigint[]) as w(id, seen, contact_id)
      cross join lateral (select x.id, x.kind from ticket x where x.id = w.id offset 0) t
    ), marked as (
      insert into processed (ticket_id, function, organizer, execution_id, sent_at)
      select id, case kind when 'CARD' then 'inject-privileges' else 'inject-tickets' end, ${organizer}, ${execution}, now()
      from touched where seen order by id
      on conflict (ticket_id, function) do nothing
    ), settled as (
      delete from ticket_outcome o
      where o.ticket_id = any (array(select id from touched where seen)) and o.function in ('inject-tickets', 'inject-privileges')
    ), locked as materialized (
      select t.id from ticket t where t.id = any (array(select id from touched)) order by t.id for no key update
    ), changed as (
      update ticket t set status = case when w.seen and t.status = 'NOT_PRINTED' then 'PRINTED' else t.status end,
        printed_at = case when w.seen and t.status = 'NOT_PRINTED' then now() else t.printed_at end,
        current_contact_id = coalesce(w.contact_id, t.current_contact_id)
      from touched w
      where t.id = any (array(select id from locked)) and t.id = w.id
        and ((w.seen and t.status = 'NOT_PRINTED') or w.contact_id is distinct from coalesce(t.current_contact_id, w.contact_id))
    ), transfer as materialized (
      select d.* from gate, unnest(${page.distribution.ticketIds}::bigint[], ${page.distribution.firstChangeNumbers}::bigint[],
        ${page.distribution.oldContactIds}::bigint[], ${page.distribution.newContactIds}::bigint[], ${page.distribution.statuses}::text[],
        ${page.distribution.changedAts}::timestamptz[]) as d(ticket_id, first_change_number, old_contact_id, new_contact_id, status, changed_at)
    ), undone as (
      delete from distribution d where d.id = any (array(
        select x.id from gate, unnest(${page.distribution.tickets}::bigint[]) as w(id)
        cross join lateral (select * from distribution y where y.ticket_id = w.id offset 0) x
        where (x.ticket_id, x.first_change_number) not in (select n.ticket_id, n.first_change_number from transfer n)))
    ), done as (
      insert into distribution as old (ticket_id, first_change_number, old_contact_id, new_contact_id, status, changed_at)
      select ticket_id, first_change_number, old_contact_id, new_contact_id, status, changed_at from transfer order by ticket_id, first_change_number
      on conflict (ticket_id, first_change_number) do update
        set old_contact_id = excluded.old_contact_id, new_contact_id = excluded.new_contact_id, status = excluded.status,
          changed_at = excluded.changed_at
        where (old.old_contact_id, old.new_contact_id, old.status, old.changed_at)
          is distinct from (excluded.old_contact_id, excluded.new_contact_id, excluded.status, excluded.changed_at)
    ), put as (
      insert into put_aside as old (organizer, identity, ticket_id, reason, problem, record, execution_id)
      select ${organizer}, p.identity, p.ticket_id, p.reason, p.problem, p.record::jsonb, ${execution}
      from gate, unnest(${page.putAside.identities}::text[], ${page.putAside.ticketIds}::text[], ${page.putAside.reasons}::text[],
        ${page.putAside.problems}::text[], ${page.putAside.records}::text[]) as p(identity, ticket_id, reason, problem, record)
      order by p.identity
      on conflict (organizer, identity) do update
        set reason = excluded.reason, problem = excluded.problem, record = excluded.record, execution_id = excluded.execution_id,
          put_at = now(), applied_at = null
        where 'SKIPPED' in (old.reason, excluded.reason) and old.dropped_at is null
    ), applied as (
      update put_aside p set applied_at = now()
      where exists (select from gate) and p.applied_at is null and p.dropped_at is null and p.id = any (array(
        select unnest(${applied}::bigint[])
        union all
        select x.id from change c
        cross join lateral (
          select y.id from put_aside y where y.organizer = ${organizer}
            and y.identity = 'change ' || c.change_number || ' of ticket ' || c.ticket_id
            and y.identity <> all (${page.putAside.identities}::text[]) offset 0) x
        where c.is_new and (select exists (select from put_aside o where o.organizer = ${organizer} and o.applied_at is null and o.dropped_at is null))))
    )
    select exists (select from gate) as written
  `.execute(transaction);
  return onlyRow(rows).written ? 'written' : 'moved';
}
