import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { type Kysely, sql } from 'kysely';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Database } from '../../database';
import { onlyRow } from '../../prepared';

export interface RecordsUpload {
  readonly scheduleId: string;
  readonly who: string;
  /** The records in the order of the file, each as JSON text; throws where the file is wrong, and then nothing is kept. */
  readonly records: AsyncIterable<readonly string[]>;
}

/** Keeps a file of records: all of it or nothing. `upload` is its number, `records` how many there are. */
export async function copyRecords(
  database: Database,
  input: RecordsUpload,
): Promise<{ readonly upload: number; readonly records: number }> {
  const client = await database.pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const { rows } = await client.query<{ id: string }>(
      `insert into upload (kind, schedule_id, content, uploaded_by) values ('records', $1, '{}', $2) returning id`,
      [input.scheduleId, input.who],
    );
    const { id } = onlyRow(rows);
    const records = await copyTo(client, id, input.records);
    // The instant of the end: its age says when no run can come for it any more (forget-left-uploads.ts).
    await client.query(
      `update upload set content = jsonb_build_object('records', $2::bigint), uploaded_at = clock_timestamp() where id = $1`,
      [id, records],
    );
    await client.query('commit');
    return { upload: Number(id), records };
  } catch (error) {
    // The connection is closed instead of given back: that ends the transaction whatever state it is in.
    broken = error instanceof Error ? error : new Error('The upload failed', { cause: error });
    throw error;
  } finally {
    client.release(broken);
  }
}

async function copyTo(client: PoolClient, upload: string, batches: AsyncIterable<readonly string[]>): Promise<number> {
  const copy = client.query(copyFrom('copy upload_record (upload_id, position, record) from stdin'));
  // Waited for from the start: a failing COPY must not be an error that nobody listens to.
  const done = finished(copy);
  done.catch(() => undefined);
  let position = 0;
  try {
    for await (const batch of batches) {
      const lines = batch.map((record) => `${upload}\t${String(++position)}\t${escapeCopy(record)}\n`);
      if (!copy.write(lines.join(''))) await Promise.race([once(copy, 'drain'), done]);
    }
  } catch (error) {
    copy.destroy();
    throw error;
  }
  copy.end();
  await done;
  return position;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function escapeCopy(value: string): string {
  return value.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character);
}

export interface UploadedRecord {
  readonly position: number;
  /** JSON as it stands in the file. */
  readonly record: string;
}

/** The next records of an upload after a position, in their order; none when it is read to its end. */
export async function readRecords(
  database: Database,
  wanted: { readonly upload: number; readonly after: number; readonly limit: number },
): Promise<readonly UploadedRecord[]> {
  const { rows } = await sql<UploadedRecord>`
    select position::float8 as position, record from upload_record
    where upload_id = ${wanted.upload} and position > ${wanted.after} order by position limit ${wanted.limit}
  `.execute(database.kysely);
  return rows;
}

/** Whether there is an upload of records of that number for the schedule, and its records are still there. */
export async function isRecordsUpload(
  transaction: Kysely<unknown>,
  wanted: { readonly upload: number; readonly scheduleId: string },
): Promise<boolean> {
  const { rows } = await sql`
    select from upload
    where id = ${wanted.upload} and kind = 'records' and schedule_id = ${wanted.scheduleId}::bigint and not content ? 'appliedBy'
  `.execute(transaction);
  return rows.length > 0;
}

/**
 * Forgets the records of an upload whose run is closed, however it ended: they are people's data, those that were applied stand in the wallet's
 * history, and whoever started the run has the file (decision 44).
 */
export async function forgetRecords(
  transaction: Kysely<unknown>,
  { upload, execution }: { readonly upload: number; readonly execution: number },
): Promise<void> {
  await sql`
    with forgotten as (delete from upload_record where upload_id = ${upload})
    update upload set content = content || jsonb_build_object('appliedBy', ${execution}::bigint) where id = ${upload}
  `.execute(transaction);
}
