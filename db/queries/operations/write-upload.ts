import { sql } from 'kysely';
import type { Database } from '../../database';
import { onlyRow } from '../../prepared';

/** Keeps a list of tickets that is too long for a workflow's input; returns its number (architecture.md: long lists travel by a table). */
export async function writeTicketUpload(
  database: Database,
  upload: { readonly scheduleId: string; readonly tickets: readonly string[]; readonly who: string },
): Promise<number> {
  const { rows } = await sql<{ readonly id: number }>`
    insert into upload (kind, schedule_id, content, uploaded_by)
    values ('tickets', ${upload.scheduleId}::bigint, ${JSON.stringify(upload.tickets)}::jsonb, ${upload.who})
    returning id::float8 as "id"`.execute(database.kysely);
  return onlyRow(rows).id;
}
