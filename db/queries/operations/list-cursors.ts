import { sql } from 'kysely';
import type { Database } from '../../database';
import { epochMs } from './epoch-ms';

/** How far a TIXNGO account has been read back, by whom it is held now, and what of it waits. */
export interface CursorRow {
  readonly organizer: string;
  /** Empty: from the beginning. */
  readonly paginationKey: string;
  /** Milliseconds since 1970; null while it never moved. */
  readonly movedAtMs: number | null;
  /** The run that holds the account; null when none does, or its lease is over. */
  readonly holder: { readonly workflowId: string; readonly namespace: string } | null;
  /** Records put aside that are not applied yet; without those that are kept of skipped tickets. */
  readonly putAside: number;
}

/** The cursors of these accounts; an account that was never read has an empty one. */
export async function listCursors(database: Database, organizers: readonly string[]): Promise<readonly CursorRow[]> {
  const { rows } = await sql<CursorRow>`
    select wanted.organizer, coalesce(c.pagination_key, '') as "paginationKey", ${epochMs('c.moved_at')} as "movedAtMs",
      case when c.lease_until > now() and c.holder_workflow_id is not null
        then jsonb_build_object('workflowId', c.holder_workflow_id, 'namespace', c.holder_namespace) end as "holder",
      (select count(*) from put_aside p where p.organizer = wanted.organizer and p.applied_at is null and p.dropped_at is null and p.reason <> 'SKIPPED')::float8 as "putAside"
    from unnest(${organizers}::text[]) as wanted (organizer)
    left join retrieve_cursor c on c.organizer = wanted.organizer`.execute(database.kysely);
  return rows;
}
