import { type Kysely, type RawBuilder, sql } from 'kysely';
import { positionsPerBatch } from '../../../core/push/outcome';
import type { PlanCursor } from './candidates';

export interface PlanSliceStatementInput {
  readonly execution: string;
  readonly slice: number;
  readonly firstBatch: number;
  /** Tickets per batch: `ticketIterationSize`. */
  readonly batchSize: number;
  readonly candidates: RawBuilder<unknown>;
  /** False in a simulation: it sends nothing, so it must keep nothing from a run that does. */
  readonly claim: boolean;
}

export interface WrittenSlice {
  readonly found: number;
  readonly tickets: number;
  readonly batches: number;
  readonly cursor: PlanCursor | null;
  /** Tickets of this slice that were REFUSED before. */
  readonly refused: number;
}

/**
 * Claims the candidates in ticket-id order, numbers what was claimed in plan order and writes it as batches, in one statement. The plan
 * keeps the version of each mark, so that a ticket whose mark changed since is not sent.
 */
export async function writeSlice(transaction: Kysely<unknown>, input: PlanSliceStatementInput): Promise<WrittenSlice> {
  const claimed = input.claim
    ? sql`
      insert into claim (ticket_id, execution_id)
      select id, ${input.execution}::bigint from candidate order by id
      on conflict (ticket_id) do nothing
      returning ticket_id`
    : sql`select id as ticket_id from candidate`;
  // A slice of 100,000 tickets is sorted three times: in memory, not through files.
  await sql`select set_config('work_mem', '64MB', true)`.execute(transaction);
  const { rows } = await sql<WrittenSlice>`
    with candidate as materialized (${input.candidates}),
    claimed as (${claimed}),
    numbered as (
      select c.id, c.version, c.class, (row_number() over (order by c.class, c.at, c.id) - 1)::integer as i
      from candidate c join claimed on claimed.ticket_id = c.id
    ), placed as (
      select n.*, n.i / ${input.batchSize}::integer as batch from numbered n
    ), written as (
      insert into execution_batch (
        execution_id, batch, slice, ticket_ids, mark_versions, tried_before, lowest_ticket_id, highest_ticket_id)
      select ${input.execution}::bigint, ${input.firstBatch}::integer + batch, ${input.slice},
        array_agg(id order by i), array_agg(version order by i), array_agg(class <> 1 order by i), min(id), max(id)
      from placed group by batch
      returning cardinality(ticket_ids) as tickets
    )
    select (select count(*) from candidate)::integer as found,
      coalesce(sum(tickets), 0)::integer as tickets, count(*)::integer as batches,
      (select jsonb_build_object('class', class, 'at', at::text, 'id', id::text)
        from (select class, at, id from candidate order by class desc, at desc, id desc limit 1) farthest) as cursor,
      (select count(*) from candidate c join ticket_outcome o on o.ticket_id = c.id and o.outcome = 'REFUSED'
          join execution e on e.id = ${input.execution}::bigint and e.function = o.function
        where c.class = 2)::integer as refused
    from written
  `.execute(transaction);
  const [slice] = rows;
  if (slice === undefined) throw new Error('A count without grouping gives one row');
  return slice;
}

/** Tickets that were forced but cannot be sent: written into the log at positions below zero, for they have no place in a call. */
export async function writeForcedSkips(
  transaction: Kysely<unknown>,
  input: { readonly execution: string; readonly ticketIds: readonly string[] },
): Promise<number> {
  const { rows } = await sql<{ skipped: number }>`
    with left_out as (
      select t.id, t.status, c.execution_id, row_number() over (order by t.id) as i
      from ticket t left join claim c on c.ticket_id = t.id
      where t.id = any (${input.ticketIds}::bigint[])
        and not exists (select from execution_batch b
          where b.execution_id = ${input.execution}::bigint and t.id = any (b.ticket_ids))
    ), written as (
      insert into execution_undelivered (execution_id, position, ticket_id, outcome, code, message)
      select ${input.execution}::bigint, -i, id, 'SKIPPED',
        case when execution_id is not null then 'CLAIMED' else 'NOT_ELIGIBLE' end,
        case when execution_id is not null then 'claimed by execution ' || execution_id
          else 'forced, but its status or organization does not allow it: ' || status end
      from left_out
      on conflict do nothing
      returning 1
    )
    select count(*)::integer as skipped from written
  `.execute(transaction);
  return rows[0]?.skipped ?? 0;
}

/** Records the slice and what is known of the plan so far. `positionsPerBatch` keeps positions of different batches apart. */
export async function recordSlice(
  transaction: Kysely<unknown>,
  input: {
    readonly execution: string;
    readonly slice: number;
    readonly firstBatch: number;
    readonly written: WrittenSlice;
    readonly last: boolean;
    readonly skipped: number;
  },
): Promise<void> {
  if (input.firstBatch * positionsPerBatch > 2_147_483_647 - positionsPerBatch) {
    throw new Error('An execution cannot hold more positions');
  }
  await sql`
    with slice as (
      insert into execution_slice (execution_id, number, first_batch, batches, tickets, cursor, last)
      values (${input.execution}::bigint, ${input.slice}, ${input.firstBatch}, ${input.written.batches},
        ${input.written.tickets}, ${JSON.stringify({ ...input.written.cursor, refused: input.written.refused })}::jsonb, ${input.last})
    )
    update execution set slices = ${input.slice}, planned = planned + ${input.written.tickets + input.skipped},
      planned_all = ${input.last}, last_sign_at = now()
    where id = ${input.execution}::bigint
  `.execute(transaction);
}
