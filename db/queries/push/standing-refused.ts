import { type Kysely, sql } from 'kysely';
import type { PushSelection } from './selection';

/**
 * Tickets REFUSED in an earlier run that are still due: while there are any, the function ends in error (domain.md 6). `offset 0` keeps the
 * order of the work, each refused ticket looked up by its key: with statistics that lag, Postgres would compare all due with all refused.
 */
export async function countStandingRefused(
  transaction: Kysely<unknown>,
  input: { readonly selection: PushSelection; readonly execution: number },
): Promise<number> {
  const { selection } = input;
  const { rows } = await sql<{ standing: number }>`
    select count(*)::integer as standing
    from ticket_outcome o cross join lateral (
      select from ticket t left join processed p on p.ticket_id = t.id and p.function = ${selection.function}
      where t.id = o.ticket_id and ${selection.due} offset 0) due
    where o.function = ${selection.function} and o.outcome = 'REFUSED' and o.attempted_at is not null
      and o.execution_id <> ${input.execution}
  `.execute(transaction);
  return rows[0]?.standing ?? 0;
}
