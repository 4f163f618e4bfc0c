import { type Kysely, sql } from 'kysely';

export interface ProductRow {
  readonly organization: string;
  readonly code: string;
}

/** The products of all organizations, which the filters of schedules name. */
export async function listProducts(connection: Kysely<unknown>): Promise<readonly ProductRow[]> {
  const { rows } = await sql<ProductRow>`
    select o.code as organization, p.code
    from product p join organization o on o.id = p.organization_id
    order by o.code, p.code
  `.execute(connection);
  return rows;
}
