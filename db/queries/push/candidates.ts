import { type RawBuilder, sql } from 'kysely';
import type { PushSelection } from './selection';

/** Where the slice before ended: class, last attempt, ticket id. */
export interface PlanCursor {
  readonly class: number;
  readonly at: string;
  readonly id: string;
}

export interface CandidatesInput {
  readonly selection: PushSelection;
  readonly after: PlanCursor;
  readonly openedAt: string;
  readonly upperTicketId: string;
  readonly limit: number;
  /** Tickets refused by themselves that this slice may still try: bad tickets never starve good ones (domain.md 5.6). */
  readonly refusedLimit: number;
}

export const planStart: PlanCursor = { class: 0, at: '-infinity', id: '0' };

/**
 * The tickets due, in order: UNKNOWN (class 0), never tried (1), then by last attempt (2). Each class has an index of its own and stops at
 * `limit`, so a slice costs what it returns and not what the table holds.
 */
export function dueCandidates(input: CandidatesInput): RawBuilder<unknown> {
  const { selection, after, limit } = input;
  const none = '9223372036854775807';
  const unknownAfter = after.class > 0 ? none : after.id;
  const freshAfter = after.class > 1 ? none : after.class === 1 ? after.id : '0';
  const triedAfter = after.class < 2 ? { at: '-infinity', id: '0' } : after;
  const mark = sql`left join processed p on p.ticket_id = t.id and p.function = ${selection.function}`;
  // Marks and claims of the slices before are said to lie below `freshAfter`, though the ids are equal: merged with the tickets they would be
  // read from the first one on, in each slice anew.
  // What another run holds leaves its place to what nobody holds: with a batch size, the run would end with "nothing due" else.
  const unclaimed = sql`not exists (select from claim c where c.ticket_id = t.id)`;
  // `offset 0` keeps the order of the work: through the index, each tried ticket looked up by its key, until there are enough. With
  // statistics that lag, Postgres would look all of them up, or compare them with all that are due.
  const stillDue = sql`cross join lateral (
    select t.id, coalesce(p.version, 0) as version from ticket t ${mark}
    where t.id = o.ticket_id and ${selection.due} and ${unclaimed} offset 0) due`;
  const tried = (outcome: RawBuilder<unknown>, most: number) => sql`
    select 2 as class, o.attempted_at as at, due.id, due.version
    from (
      select o.ticket_id, o.attempted_at from ticket_outcome o
      where o.function = ${selection.function} and ${outcome} and o.attempted_at is not null
        and o.attempted_at < ${input.openedAt}::timestamptz
        and (o.attempted_at, o.ticket_id) > (${triedAfter.at}::timestamptz, ${triedAfter.id}::bigint)
        and o.ticket_id <= ${input.upperTicketId}::bigint
      order by o.attempted_at, o.ticket_id offset 0) o ${stillDue}
    order by o.attempted_at, o.ticket_id limit ${most}`;
  return sql`
    (select 0 as class, '-infinity'::timestamptz as at, due.id, due.version
    from ticket_outcome o ${stillDue}
    where o.function = ${selection.function} and o.outcome = 'UNKNOWN' and o.ticket_id > ${unknownAfter}::bigint
      and o.ticket_id <= ${input.upperTicketId}::bigint
    order by o.ticket_id limit ${limit})
    union all
    (select 1, '-infinity'::timestamptz, t.id, coalesce(p.version, 0)
    from ticket t ${mark} and p.ticket_id > ${freshAfter}::bigint
    where t.id > ${freshAfter}::bigint and t.id <= ${input.upperTicketId}::bigint and ${selection.due}
      and not exists (select from ticket_outcome o where o.ticket_id = t.id and o.function = ${selection.function}
        and (o.outcome = 'UNKNOWN' or o.attempted_at is not null))
      and not exists (select from claim c where c.ticket_id = t.id and c.ticket_id > ${freshAfter}::bigint)
    order by t.id limit ${limit})
    union all
    (${tried(sql`o.outcome not in ('UNKNOWN', 'REFUSED')`, limit)})
    union all
    (${tried(sql`o.outcome = 'REFUSED'`, input.refusedLimit)})
    order by class, at, id limit ${limit}`;
}

/**
 * One ticket of those that `dueCandidates` of a run that opens now takes, or none. Who asks only whether there is any needs no classes: all that
 * are due count, but for those whose last attempt is not before now. `order by` keeps Postgres to the index of the tickets that may be due,
 * `offset 0` to their outcomes one by one.
 */
export function firstDue(selection: PushSelection): RawBuilder<unknown> {
  return sql`
    select t.id from ticket t left join processed p on p.ticket_id = t.id and p.function = ${selection.function}
    where t.id > 0 and ${selection.due}
      and not exists (select from ticket_outcome o where o.ticket_id = t.id and o.function = ${selection.function}
        and o.outcome <> 'UNKNOWN' and o.attempted_at >= now() offset 0)
    order by t.id limit 1`;
}

/** Forced tickets: whatever the filters and whether or not processed, in id order, never cut by the batch size (domain.md 5.2). */
export function forcedCandidates(selection: PushSelection, ticketIds: readonly string[]): RawBuilder<unknown> {
  return sql`
    select 1 as class, '-infinity'::timestamptz as at, t.id, coalesce(p.version, 0) as version
    from ticket t left join processed p on p.ticket_id = t.id and p.function = ${selection.function}
    where t.id = any (${ticketIds}::bigint[]) and ${selection.forceable}
    order by t.id`;
}

/** What an earlier execution left NOT_TRIED, REFUSED or SIMULATED and is still due today (domain.md 6, *Again*). */
export function againCandidates(input: CandidatesInput & { readonly execution: number }): RawBuilder<unknown> {
  return sql`
    select 1 as class, '-infinity'::timestamptz as at, t.id, coalesce(p.version, 0) as version
    from execution_ticket e join ticket t on t.id = e.ticket_id
      left join processed p on p.ticket_id = t.id and p.function = ${input.selection.function}
    where e.execution_id = ${input.execution} and e.outcome in ('NOT_TRIED', 'REFUSED', 'SIMULATED')
      and t.id > ${input.after.id}::bigint and ${input.selection.due}
    order by t.id limit ${input.limit}`;
}
