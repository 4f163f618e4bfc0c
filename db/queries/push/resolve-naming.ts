import { type Kysely, sql } from 'kysely';

export interface ResolvedNaming {
  readonly ticketIds: readonly string[];
  readonly unknown: number;
}

/** Turns ticket numbers and `id:` entries of one organization into ids, and counts those that name no ticket (domain.md 5.2). */
export async function resolveNaming(
  transaction: Kysely<unknown>,
  naming: { readonly organizationId: string; readonly numbers: readonly string[]; readonly ids: readonly string[] },
): Promise<ResolvedNaming> {
  if (naming.numbers.length + naming.ids.length === 0) return { ticketIds: [], unknown: 0 };
  const { rows } = await sql<{ id: string; named: number }>`
    select t.id, (t.ticket_number = any (${naming.numbers}::text[]))::integer
      + (t.id = any (${naming.ids}::bigint[]))::integer as named
    from ticket t
    where t.organization_id = ${naming.organizationId}::bigint
      and (t.ticket_number = any (${naming.numbers}::text[]) or t.id = any (${naming.ids}::bigint[]))
    order by t.id
  `.execute(transaction);
  const found = rows.reduce((sum, row) => sum + row.named, 0);
  const asked = new Set(naming.numbers).size + new Set(naming.ids).size;
  return { ticketIds: rows.map((row) => row.id), unknown: asked - found };
}

/** The forced tickets that are neither on the schedule's skip list nor on that of the start: skip wins (domain.md 5.2). */
export async function dropSkipListed(
  transaction: Kysely<unknown>,
  forced: { readonly scheduleId: string; readonly ticketIds: readonly string[]; readonly skip: readonly string[] },
): Promise<readonly string[]> {
  if (forced.ticketIds.length === 0) return [];
  const { rows } = await sql<{ id: string }>`
    select f.id from unnest(${forced.ticketIds}::bigint[]) as f(id)
    where f.id <> all (${forced.skip}::bigint[])
      and not exists (select from skip k where k.schedule_id = ${forced.scheduleId}::bigint and k.ticket_id = f.id)
    order by f.id
  `.execute(transaction);
  return rows.map((row) => row.id);
}
