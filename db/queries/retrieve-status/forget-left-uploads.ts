import { sql } from 'kysely';
import type { Database } from '../../database';

/**
 * Deletes the files of records that no run can come for any more: older than a run may last, and of none that is open. Whoever kept them was
 * ended before the start, or the run before it opened. `upload`: the one that a run is about to open for.
 */
export async function forgetLeftUploads(
  database: Database,
  { olderThanHours, upload }: { readonly olderThanHours: number; readonly upload: number | undefined },
): Promise<void> {
  await sql`
    delete from upload u
    where u.kind = 'records' and not u.content ? 'appliedBy' and u.uploaded_at < now() - make_interval(hours => ${olderThanHours})
      and u.id is distinct from ${upload ?? null}::bigint
      and not exists (
        select from execution e
        where e.closed_at is null and e.function = 'retrieve-status' and (e.overrides ->> 'upload')::bigint = u.id)
  `.execute(database.kysely);
}
