import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { PushSelection } from './selection';

export interface StandingInput {
  readonly selection: PushSelection;
  /** What this run itself counts as REFUSED, UNKNOWN or NOT_TRIED is left out: a ticket is told once. Undefined: nothing is left out. */
  readonly execution: number | undefined;
}

/**
 * Tickets REFUSED by another run that are still due, as rows `o` (ticket_outcome) and `due` (id, ticket_number). `offset 0` keeps the order of the
 * work, each refused ticket looked up by its key: with statistics that lag, Postgres would compare all due with all refused.
 */
export function standingRefused({ selection, execution = 0 }: StandingInput): RawBuilder<unknown> {
  return sql`ticket_outcome o cross join lateral (
      select t.id, t.ticket_number from ticket t left join processed p on p.ticket_id = t.id and p.function = ${selection.function}
      where t.id = o.ticket_id and ${selection.due} offset 0) due
    where o.function = ${selection.function} and o.outcome = 'REFUSED' and o.attempted_at is not null
      and o.execution_id <> ${execution} and not exists (
        select from execution_undelivered own where own.execution_id = ${execution} and own.ticket_id = o.ticket_id
          and own.outcome in ('REFUSED', 'UNKNOWN', 'NOT_TRIED') offset 0)`;
}

/** How many there are: while there are any, the function ends in error (domain.md 6). */
export async function countStandingRefused(transaction: Kysely<unknown>, input: StandingInput): Promise<number> {
  const { rows } = await sql<{ standing: number }>`
    select count(*)::integer as standing from ${standingRefused(input)}`.execute(transaction);
  return rows[0]?.standing ?? 0;
}
