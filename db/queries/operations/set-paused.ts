import { sql } from 'kysely';
import type { Database } from '../../database';

/** What a pause of everything towards one interface or one TIXNGO account did. */
export interface PausedRow {
  readonly name: string;
  readonly changed: boolean;
}

/** Pauses or resumes an interface by name; no row: there is none. Time spent paused does not count as an outage. */
export async function setInterfacePaused(
  database: Database,
  wanted: { readonly name: string; readonly paused: boolean },
): Promise<PausedRow | undefined> {
  const { rows } = await sql<PausedRow>`
    with before as (select id, name, paused from interface where name = ${wanted.name} and archived_at is null for no key update)
    , written as (
      update interface i set paused = ${wanted.paused} from before
      where i.id = before.id and i.paused <> ${wanted.paused}
      returning i.organizer
    ), forgiven as (
      update organizer_gate g set failing_since = now() from written
      where not ${wanted.paused}::boolean and g.organizer = written.organizer and g.failing_since is not null
    )
    select name, paused <> ${wanted.paused} as "changed" from before`.execute(database.kysely);
  return rows[0];
}

/** Pauses or resumes an organizer (TIXNGO account) by name; no row: there is none. */
export async function setOrganizerPaused(
  database: Database,
  wanted: { readonly name: string; readonly paused: boolean },
): Promise<PausedRow | undefined> {
  const { rows } = await sql<PausedRow>`
    with before as (select organizer, paused from organizer_gate where organizer = ${wanted.name} for no key update)
    , written as (
      update organizer_gate g set paused = ${wanted.paused},
        failing_since = case when g.failing_since is null or ${wanted.paused}::boolean then g.failing_since else now() end
      from before
      where g.organizer = before.organizer and g.paused <> ${wanted.paused}
    )
    select organizer as "name", paused <> ${wanted.paused} as "changed" from before`.execute(database.kysely);
  return rows[0];
}
