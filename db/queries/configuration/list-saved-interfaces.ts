import { type Kysely, sql } from 'kysely';

/** An interface as it is saved, the archived ones too. */
export interface SavedInterface {
  readonly id: string;
  readonly name: string;
  readonly organization: string;
  readonly organizer: string;
  readonly type: string;
  readonly url: string;
  readonly login: string | null;
  readonly apiKey: unknown;
  readonly notify: readonly string[];
  readonly parametersText: string;
  readonly parameters: unknown;
  readonly paused: boolean;
  readonly organizerPaused: boolean;
  readonly archived: boolean;
}

export async function listSavedInterfaces(connection: Kysely<unknown>): Promise<readonly SavedInterface[]> {
  const { rows } = await sql<SavedInterface>`
    select i.id::text, i.name, o.code as "organization", i.organizer, i.type, i.url, i.login, i.api_key_reference as "apiKey",
      i.notify, i.parameters_text as "parametersText", i.parameters, i.paused, coalesce(g.paused, false) as "organizerPaused",
      i.archived_at is not null as "archived"
    from interface i
    join organization o on o.id = i.organization_id
    left join organizer_gate g on g.organizer = i.organizer
    order by i.name`.execute(connection);
  return rows;
}
