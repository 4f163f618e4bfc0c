import { type Kysely, sql } from 'kysely';
import type { PushSelection } from './selection';

/** Tickets REFUSED in an earlier run that are still due: while there are any, the function ends in error (domain.md 6). */
export async function countStandingRefused(
  transaction: Kysely<unknown>,
  input: { readonly selection: PushSelection; readonly execution: number },
): Promise<number> {
  const { selection } = input;
  const { rows } = await sql<{ standing: number }>`
    select count(*)::integer as standing
    from ticket_outcome o join ticket t on t.id = o.ticket_id
      left join processed p on p.ticket_id = t.id and p.function = ${selection.function}
    where o.function = ${selection.function} and o.outcome = 'REFUSED' and o.attempted_at is not null
      and o.execution_id <> ${input.execution} and ${selection.due}
  `.execute(transaction);
  return rows[0]?.standing ?? 0;
}
