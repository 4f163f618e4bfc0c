import { type Kysely, sql } from 'kysely';

/** A point of sales: S-360 prints only through one. */
export interface PointOfSalesRow {
  readonly id: string;
  readonly organization: string;
  readonly salesChannelCode: string;
  readonly posCode: string;
}

/** All points of sales of the catalogue: some tens of rows. */
export async function listPointsOfSales(connection: Kysely<unknown>): Promise<readonly PointOfSalesRow[]> {
  const { rows } = await sql<PointOfSalesRow>`
    select p.id::text, o.code as "organization", p.sales_channel_code as "salesChannelCode", p.pos_code as "posCode"
    from point_of_sales p join organization o on o.id = p.organization_id
    order by o.code, p.sales_channel_code, p.pos_code`.execute(connection);
  return rows;
}
