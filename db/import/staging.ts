import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { ColumnRule, Problem } from '../../core/import/columns';
import { contactColumns } from '../../core/import/contact-columns';
import type { ImportKind } from '../../core/import/kinds';
import { ticketColumns } from '../../core/import/ticket-columns';

/** One row of a file, checked by itself: one value per staged column, and what is wrong with it. */
export interface StagedRow {
  readonly line: number;
  readonly values: readonly (string | null)[];
  readonly problems: readonly Problem[];
}

/**
 * Copies rows into the temporary table `staged`, which ends with the transaction. Rows with problems are staged too: their other values
 * are checked like all others, and their problems wait in the table instead of in memory. Returns how many rows there were.
 */
export async function stageRows(
  client: PoolClient,
  kind: ImportKind,
  batches: AsyncIterable<readonly StagedRow[]>,
): Promise<number> {
  const columns = stagedColumns(kind);
  const definitions = columns.map(({ column, type }) => `${column} ${type}`).join(', ');
  await client.query(`create temporary table staged (line bigint, problems jsonb, ${definitions}) on commit drop`);
  const copy = client.query(copyFrom('copy staged from stdin'));
  // Waited for from the start: a failing COPY must not be an error that nobody listens to.
  const done = finished(copy);
  done.catch(() => undefined);
  let rows = 0;
  try {
    for await (const batch of batches) {
      rows += batch.length;
      if (!copy.write(batch.map(toCopyLine).join(''))) await Promise.race([once(copy, 'drain'), done]);
    }
  } catch (error) {
    copy.destroy();
    throw error;
  }
  copy.end();
  await done;
  await client.query('analyze staged');
  return rows;
}

function stagedColumns(kind: ImportKind): readonly Pick<ColumnRule, 'column' | 'type'>[] {
  if (kind === 'tickets') return ticketColumns;
  if (kind === 'contacts') return contactColumns;
  return [
    { column: 'kind', type: 'text' },
    { column: 'content', type: 'jsonb' },
  ];
}

function toCopyLine(row: StagedRow): string {
  const problems = row.problems.length === 0 ? '\\N' : escapeCopy(JSON.stringify(row.problems));
  return `${String(row.line)}\t${problems}\t${row.values.map((value) => (value === null ? '\\N' : escapeCopy(value))).join('\t')}\n`;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** A value in the text format of COPY. */
function escapeCopy(value: string): string {
  return value.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character);
}
