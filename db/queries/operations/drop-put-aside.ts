import { sql } from 'kysely';
import type { Database } from '../../database';

/** Records that will never be applied: their payloads are deleted, and who wanted it is recorded with it. Gives the ids of those that still waited. */
export async function dropPutAside(
  database: Database,
  wanted: { readonly ids: readonly string[]; readonly who: string; readonly reason: string },
): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    with dropped as (
      update put_aside set dropped_at = now(), record = null, retry_wanted = false
      where id = any (${wanted.ids}::bigint[]) and applied_at is null and dropped_at is null
      returning id, organizer
    ), recorded as (
      insert into operator_action (who, action, subject, reason, details)
      select ${wanted.who}, 'put-aside drop', string_agg(distinct 'organizer ' || organizer, ', '), ${wanted.reason},
        jsonb_build_object('numbers', jsonb_agg(id order by id))
      from dropped having count(*) > 0
    )
    select id from dropped order by id
  `.execute(database.kysely);
  return rows.map(({ id }) => id);
}
