import { sql } from 'kysely';
import type { Database } from '../../database';

/** An interface in use. */
export interface InterfaceRow {
  readonly id: string;
  readonly name: string;
  readonly organization: string;
  readonly organizer: string;
  readonly url: string;
  readonly paused: boolean;
}

export async function listInterfaces(database: Database): Promise<readonly InterfaceRow[]> {
  const { rows } = await sql<InterfaceRow>`
    select i.id::text, i.name, o.code as "organization", i.organizer, i.url, i.paused
    from interface i join organization o on o.id = i.organization_id
    where i.archived_at is null
    order by i.name`.execute(database.kysely);
  return rows;
}
