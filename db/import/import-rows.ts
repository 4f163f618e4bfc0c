import type { PoolClient } from 'pg';
import { CATALOGUE_KINDS } from '../../core/import/catalogue-columns';
import { catalogueSteps } from '../queries/import/catalogue';
import { checkOrphans, checkTickets } from '../queries/import/check-tickets';
import { askKeys, lockReferences, mayPassKeys, passKeys } from '../queries/import/lock-references';
import {
  collectOwnProblems,
  countProblems,
  createProblemTable,
  declareRejectedLines,
  deleteProblemRows,
  fetchRejectedLines,
  listProblems,
} from '../queries/import/problems';
import { checkContacts, upsertContacts } from '../queries/import/upsert-contacts';
import { insertNewTickets, upsertTickets } from '../queries/import/upsert-tickets';
import type { Database } from '../database';
import type { ImportKind } from '../../core/import/kinds';
import { stageRows, type StagedRow } from './staging';

/** What became of a file. When nothing was imported, `inserted`, `updated` and `unchanged` are 0. */
export interface ImportReport {
  /** Whether the file went in: with rejected rows only where there was a place for them and good rows beside them. */
  readonly imported: boolean;
  /** Rows in the file, without its header and blank lines; 0 when the file cannot be read as a whole, and one line, its header, is rejected. */
  readonly rows: number;
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  /** The first 1,000 reasons in order of lines; a row may have several. */
  readonly rejected: readonly RejectedRow[];
  /** How many rows were rejected. */
  readonly rejectedTotal: number;
}

export interface RejectedRow {
  readonly line: number;
  readonly column?: string;
  /** Names the column and what is allowed, never the value. */
  readonly reason: string;
}

export interface ImportRowsOptions {
  readonly kind: ImportKind;
  readonly rows: AsyncIterable<readonly StagedRow[]>;
  /** Takes the rejected lines in order, each with its reasons; then the good rows are written. Without it: all or nothing. */
  readonly writeRejected?: (lines: AsyncIterable<RejectedRow>) => Promise<void>;
  /** Called when the file is staged, with its number of rows, and when the checks are done. */
  readonly onPhase?: (phase: 'checking' | 'writing', rows: number) => void;
  /**
   * Called right before the rows are committed, and when they are: in between nobody but the database knows whether they are in. Not called where
   * nothing is imported.
   */
  readonly onCommit?: (commit: ImportCommit) => void;
}

/** How far the commit is, and what it brings in. */
export interface ImportCommit {
  readonly state: 'asked' | 'done';
  readonly report: ImportReport;
}

/** The most reasons that a report holds. */
export const MOST_REASONS = 1_000;
const indexStaged = 'create index on staged (id)';
// From here on the planner needs new statistics at once, not when autovacuum comes by.
const MANY_ROWS = 5_000;

/** Stages, checks and writes rows in one transaction; the same rows again change nothing. */
export async function importRows(database: Database, options: ImportRowsOptions): Promise<ImportReport> {
  const client = await database.pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const report = await importInTransaction(client, options);
    if (report.imported) options.onCommit?.({ state: 'asked', report });
    // Where every row is bad there is nothing to keep, whether or not they were put aside.
    await client.query(report.imported ? 'commit' : 'rollback');
    if (report.imported) options.onCommit?.({ state: 'done', report });
    if (report.inserted + report.updated >= (options.kind === 'catalogue' ? 1 : MANY_ROWS))
      await client.query(`analyze ${TABLES[options.kind]}`);
    return report;
  } catch (error) {
    // The connection is closed instead of given back: that ends the transaction whatever state it is in.
    broken = error instanceof Error ? error : new Error('The import failed', { cause: error });
    throw error;
  } finally {
    client.release(broken);
  }
}

const TABLES: Readonly<Record<ImportKind, string>> = {
  tickets: 'ticket',
  contacts: 'contact',
  catalogue: CATALOGUE_KINDS.join(', '),
};

async function importInTransaction(client: PoolClient, options: ImportRowsOptions): Promise<ImportReport> {
  const { kind } = options;
  await client.query(`set local work_mem = '64MB'`);
  // One import at a time: what the checks have seen must still hold when the rows are written.
  await client.query(`select pg_advisory_xact_lock(hashtext('tixngo import'))`);
  const rows = await stageRows(client, kind, options.rows);
  options.onPhase?.('checking', rows);
  await client.query(createProblemTable);
  await client.query(collectOwnProblems);
  const keepGood = options.writeRejected !== undefined;
  const written =
    kind === 'catalogue' ? await writeCatalogue(client, keepGood) : await writeFlat(client, options, rows);
  const rejectedTotal = await countRejected(client);
  const rejected = await listRejected(client);
  if (rejectedTotal > 0) {
    if (options.writeRejected === undefined)
      return { imported: false, rows, inserted: 0, updated: 0, unchanged: 0, rejected, rejectedTotal };
    await options.writeRejected(readRejected(client));
  }
  return {
    imported: rejectedTotal < rows,
    rows,
    ...written,
    unchanged: rows - rejectedTotal - written.inserted - written.updated,
    rejected,
    rejectedTotal,
  };
}

interface Written {
  readonly inserted: number;
  readonly updated: number;
}

async function writeFlat(client: PoolClient, options: ImportRowsOptions, rows: number): Promise<Written> {
  const tickets = options.kind === 'tickets';
  for (const statement of tickets ? [indexStaged, ...lockReferences] : []) await client.query(statement);
  for (const check of tickets ? checkTickets : checkContacts) await client.query(check);
  const rejected = await countRejected(client);
  if (rejected > 0) {
    if (options.writeRejected === undefined) return { inserted: 0, updated: 0 };
    await client.query(deleteProblemRows);
    while (tickets && ((await client.query(checkOrphans)).rowCount ?? 0) > 0) await client.query(deleteProblemRows);
  }
  options.onPhase?.('writing', rows);
  return tickets ? writeTickets(client) : runUpsert(client, upsertContacts);
}

/**
 * A ticket has a dozen foreign keys, and asking them row by row (9 µs each, measured) takes three quarters of an import. The checks have
 * asked them all at once, of rows that are locked since: a role that may do so inserts without asking again.
 */
async function writeTickets(client: PoolClient): Promise<Written> {
  const { rows } = await client.query<{ allowed: boolean }>(mayPassKeys);
  if (rows[0]?.allowed !== true) return runUpsert(client, upsertTickets);
  await client.query(passKeys);
  const { rowCount } = await client.query(insertNewTickets);
  await client.query(askKeys);
  const { inserted, updated } = await runUpsert(client, upsertTickets);
  return { inserted: inserted + (rowCount ?? 0), updated };
}

async function writeCatalogue(client: PoolClient, keepGood: boolean): Promise<Written> {
  let [inserted, updated] = [0, 0];
  for (const step of catalogueSteps) {
    for (const check of step.checks) await client.query(check);
    // Bad lines are left out also where nothing will be written: the lines that refer to good ones are then checked as they should be.
    await client.query(step.deleteBad);
    const written = await runUpsert(client, step.upsert);
    inserted += written.inserted;
    updated += written.updated;
  }
  return keepGood || (await countRejected(client)) === 0 ? { inserted, updated } : { inserted: 0, updated: 0 };
}

async function runUpsert(client: PoolClient, statement: string): Promise<Written> {
  const { rows } = await client.query<Written>(statement);
  return rows[0] ?? { inserted: 0, updated: 0 };
}

async function countRejected(client: PoolClient): Promise<number> {
  const { rows } = await client.query<{ rows: number }>(countProblems);
  return rows[0]?.rows ?? 0;
}

async function listRejected(client: PoolClient): Promise<readonly RejectedRow[]> {
  const { rows } = await client.query<ProblemRow>(listProblems, [MOST_REASONS]);
  return rows.map(toRejectedRow);
}

async function* readRejected(client: PoolClient): AsyncGenerator<RejectedRow> {
  await client.query(declareRejectedLines);
  for (;;) {
    const { rows } = await client.query<ProblemRow>(fetchRejectedLines);
    if (rows.length === 0) return;
    yield* rows.map(toRejectedRow);
  }
}

interface ProblemRow {
  readonly line: string;
  readonly column_name?: string | null;
  readonly reason: string;
}

function toRejectedRow(row: ProblemRow): RejectedRow {
  const column = row.column_name ?? undefined;
  return { line: Number(row.line), ...(column === undefined ? {} : { column }), reason: row.reason };
}
