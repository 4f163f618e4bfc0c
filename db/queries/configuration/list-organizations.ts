import { type Kysely, sql } from 'kysely';

/** An organization that a configuration file may refer to. */
export interface OrganizationRow {
  readonly id: string;
  readonly code: string;
  readonly timeZone: string;
}

/** All organizations of the catalogue: some tens of rows. */
export async function listOrganizations(connection: Kysely<unknown>): Promise<readonly OrganizationRow[]> {
  const { rows } = await sql<OrganizationRow>`
    select id::text, code, time_zone as "timeZone" from organization order by code`.execute(connection);
  return rows;
}
