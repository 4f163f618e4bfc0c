import { sql } from 'kysely';
import type { Database } from '../../database';

/** The content of an upload, as the command line stored it; undefined when there is none of that number and kind. */
export async function loadUpload(
  database: Database,
  upload: { readonly id: number; readonly kind: 'tickets' | 'records' },
): Promise<unknown> {
  const { rows } = await sql<{ content: unknown }>`
    select content from upload where id = ${upload.id} and kind = ${upload.kind}
  `.execute(database.kysely);
  return rows[0]?.content;
}
