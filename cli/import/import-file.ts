import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { readHeader, type HeaderPositions, type Problem } from '../../core/import/columns';
import { contactColumns } from '../../core/import/contact-columns';
import type { ImportKind } from '../../core/import/kinds';
import { ticketColumns } from '../../core/import/ticket-columns';
import type { Database } from '../../db/database';
import { importRows, type ImportCommit, type ImportReport } from '../../db/import/import-rows';
import type { StagedRow } from '../../db/import/staging';
import { createCsvReader, createJsonReader, parseCsvLine, type RowReader } from './read-rows';
import { findBadBytes, splitRecords, type FileRecord } from './records';
import { writeRejectsFile } from './rejects-file';

export type { ImportCommit, ImportKind, ImportReport };

export interface ImportFileOptions {
  readonly database: Database;
  readonly kind: ImportKind;
  /** CSV with a header line, or NDJSON; a catalogue is NDJSON. UTF-8, with or without byte-order mark, LF or CRLF. */
  readonly file: string;
  /** Gets the bad rows (line, reasons, row), and the good ones are imported; without it a bad row keeps the whole file out. */
  readonly rejectsFile?: string;
  readonly onProgress?: (progress: ImportProgress) => void;
  readonly onCommit?: (commit: ImportCommit) => void;
}

export interface ImportProgress {
  readonly phase: 'reading' | 'checking' | 'writing';
  readonly rows: number;
  readonly bytes: number;
  readonly totalBytes: number;
}

/**
 * Imports one file in one transaction. What is wrong with the file is in the report; a file that cannot be opened and a database that
 * does not answer are thrown as they come.
 */
export async function importFile(options: ImportFileOptions): Promise<ImportReport> {
  const { database, kind, file, rejectsFile, onProgress, onCommit } = options;
  const totalBytes = (await stat(file)).size;
  const start = await readStart(file, kind);
  if ('problems' in start) return toRefusedFile(start.problems);
  let [rows, bytes] = [0, 0];
  const read = async function* (): AsyncGenerator<readonly StagedRow[]> {
    for await (const records of readRecords(file, start, (count) => (bytes += count))) {
      const batch = start.reader.read(records);
      rows += batch.length;
      yield batch;
      onProgress?.({ phase: 'reading', rows, bytes, totalBytes });
    }
  };
  return importRows(database, {
    kind,
    rows: read(),
    ...(rejectsFile === undefined
      ? {}
      : { writeRejected: (lines) => writeRejectsFile(rejectsFile, lines, readRecords(file, start)) }),
    onPhase: (phase, count) => onProgress?.({ phase, rows: count, bytes: totalBytes, totalBytes }),
    ...(onCommit !== undefined && { onCommit }),
  });
}

interface FileStart {
  readonly reader: RowReader;
  /** Whether line breaks may stand between quotes, and the first line is a header. */
  readonly csv: boolean;
}

// About a thousand tickets: what is decoded, checked and copied at once.
const CHUNK_BYTES = 256 * 1024;

/** All records below the header. */
async function* readRecords(
  file: string,
  start: FileStart,
  onBytes?: (count: number) => void,
): AsyncGenerator<readonly FileRecord[]> {
  let header = start.csv;
  for await (const records of splitRecords(readChunks(file, onBytes), { quotes: start.csv })) {
    const body = header ? records.slice(1) : records;
    header = false;
    if (body.length > 0) yield body;
  }
}

async function* readChunks(file: string, onBytes?: (count: number) => void): AsyncGenerator<Buffer> {
  const stream: AsyncIterable<Buffer> = createReadStream(file, { highWaterMark: CHUNK_BYTES });
  for await (const chunk of stream) {
    onBytes?.(chunk.length);
    yield chunk;
  }
}

/** Which format it is and, for CSV, where its columns are; or why the file cannot be read at all. */
async function readStart(
  file: string,
  kind: ImportKind,
): Promise<FileStart | { readonly problems: readonly LineProblem[] }> {
  const first = await readFirstRecords(file);
  const [head, next] = first;
  if (head === undefined) return { problems: [{ line: 1, reason: 'the file is empty' }] };
  if (/^\s*\{/.test(head.bytes.toString('latin1'))) return { reader: createJsonReader(kind), csv: false };
  if (kind === 'catalogue') {
    return {
      problems: [{ line: head.line, reason: 'a catalogue is NDJSON: one JSON object in each line, with its kind' }],
    };
  }
  const bad = findBadBytes(head);
  if (bad !== undefined) return { problems: [{ line: head.line, ...bad }] };
  const delimiter = toDelimiter(head);
  const names = parseCsvLine(head, delimiter);
  if (names === undefined)
    return {
      problems: [
        { line: head.line, reason: 'the double quotes of the header do not match: one is missing, or one is too many' },
      ],
    };
  const positions = readHeader(kind === 'tickets' ? ticketColumns : contactColumns, names);
  if (isProblems(positions)) return { problems: positions.map((problem) => ({ line: head.line, ...problem })) };
  if (next === undefined) return { problems: [{ line: head.line, reason: 'the file has a header and no rows' }] };
  return { reader: createCsvReader(kind, delimiter, positions), csv: true };
}

type LineProblem = Problem & { readonly line: number };

/** The header and the record below it; read apart, because they decide how the file is read. */
async function readFirstRecords(file: string): Promise<readonly FileRecord[]> {
  const found: FileRecord[] = [];
  for await (const records of splitRecords(readChunks(file), { quotes: true })) {
    found.push(...records.slice(0, 2));
    if (found.length >= 2) break;
  }
  return found;
}

/** A table saved where the comma is the decimal sign has semicolons. */
function toDelimiter(header: FileRecord): ',' | ';' {
  return header.bytes.includes(';') && !header.bytes.includes(',') ? ';' : ',';
}

function isProblems(value: HeaderPositions | readonly Problem[]): value is readonly Problem[] {
  return value.some((entry) => typeof entry === 'object');
}

function toRefusedFile(problems: readonly LineProblem[]): ImportReport {
  return { imported: false, rows: 0, inserted: 0, updated: 0, unchanged: 0, rejected: problems, rejectedTotal: 1 };
}
