import { sql } from 'kysely';
import type { Database } from '../../database';
import { epochMs } from './epoch-ms';
import type { PutAsideRow } from './list-put-aside';

/** A record with its payload: personal data, for the operator's own screen only. */
export interface PutAsideStory extends PutAsideRow {
  readonly record: unknown;
  /** Null while it waits. */
  readonly appliedAtMs: number | null;
}

/** Undefined when there is none of that number. */
export async function readPutAside(database: Database, id: string): Promise<PutAsideStory | undefined> {
  const { rows } = await sql<PutAsideStory>`
    select p.id, p.organizer, p.identity, p.ticket_id as "ticketId", p.reason, p.problem, p.execution_id::float8 as run,
      ${epochMs('p.put_at')} as "putAtMs", p.retry_wanted as "retryWanted", p.record, ${epochMs('p.applied_at')} as "appliedAtMs"
    from put_aside p where p.id = ${id}::bigint
  `.execute(database.kysely);
  return rows[0];
}
