import { type Kysely, sql } from 'kysely';

/** An interface to save; a saved one of the same name is changed, an archived one comes back. */
export interface InterfaceToWrite {
  readonly name: string;
  readonly organization: string;
  readonly organizer: string;
  readonly type: string;
  readonly url: string;
  readonly login: string | null;
  readonly apiKey: object;
  readonly notify: readonly string[];
  readonly parametersText: string;
  readonly parameters: object;
  readonly parallelCalls: number;
}

/** Writes them in one statement; `paused` is the operators' and stays. */
export async function writeInterfaces(
  transaction: Kysely<unknown>,
  interfaces: readonly InterfaceToWrite[],
): Promise<void> {
  await sql`
    insert into interface (name, organization_id, organizer, type, url, login, api_key_reference, notify, parameters_text,
      parameters, parallel_calls)
    select g.name, o.id, g.organizer, g.type, g.url, g.login, g."apiKey", g.notify, g."parametersText", g.parameters,
      g."parallelCalls"
    from jsonb_to_recordset(${JSON.stringify(interfaces)}::jsonb) as g (name text, organization text, organizer text, type text,
      url text, login text, "apiKey" jsonb, notify text[], "parametersText" text, parameters jsonb, "parallelCalls" integer)
    join organization o on o.code = g.organization
    on conflict (name) do update set organizer = excluded.organizer, type = excluded.type, url = excluded.url,
      login = excluded.login, api_key_reference = excluded.api_key_reference, notify = excluded.notify,
      parameters_text = excluded.parameters_text, parameters = excluded.parameters,
      parallel_calls = excluded.parallel_calls, archived_at = null`.execute(transaction);
}
