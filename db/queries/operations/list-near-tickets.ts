import { sql } from 'kysely';
import type { Database } from '../../database';

/** Numbers next to one that does not exist, in each organization: two before and two after, in the order of the text. */
export async function listNearTicketNumbers(
  database: Database,
  wanted: { readonly number: string; readonly organization?: string },
): Promise<readonly string[]> {
  const organization = wanted.organization ?? null;
  const { rows } = await sql<{ readonly number: string }>`
    select near.ticket_number as "number"
    from organization o
    cross join lateral (
      (select ticket_number from ticket where organization_id = o.id and ticket_number < ${wanted.number}
        order by ticket_number desc limit 2)
      union all
      (select ticket_number from ticket where organization_id = o.id and ticket_number > ${wanted.number}
        order by ticket_number limit 2)
    ) near
    where ${organization}::text is null or o.code = ${organization}
    order by near.ticket_number
    limit 8`.execute(database.kysely);
  return rows.map((row) => row.number);
}
