import { CsvError, parse } from 'csv-parse/sync';
import { catalogueColumns, checkCatalogueRow, isCatalogueKind } from '../../core/import/catalogue-columns';
import type { Cells, CheckedRow, ColumnRule, HeaderPositions, Problem } from '../../core/import/columns';
import { checkContactRow, contactColumns } from '../../core/import/contact-columns';
import { parseJson } from '../../core/import/json-rules';
import type { ImportKind } from '../../core/import/kinds';
import { findNearest } from '../../core/nearest';
import { checkTicketRow, ticketColumns } from '../../core/import/ticket-columns';
import type { StagedRow } from '../../db/import/staging';
import { findBadBytes, type FileRecord } from './records';

/** Turns the records of a file into rows for staging. A row that cannot be read is staged with its problems, so that all are told together. */
export interface RowReader {
  read(records: readonly FileRecord[]): readonly StagedRow[];
}

/** Reads CSV rows below a header that was read before. */
export function createCsvReader(
  kind: 'tickets' | 'contacts',
  delimiter: string,
  positions: HeaderPositions,
): RowReader {
  const width = positions.filter((position) => position !== undefined).length;
  const { check, columns } = FLAT[kind];
  return {
    read(records) {
      const bad = records.map(findBadBytes);
      const good = records.filter((_, index) => bad[index] === undefined);
      const parsed = parseCsv(good, delimiter);
      let next = 0;
      return records.map((record, index): StagedRow => {
        const problem = bad[index];
        if (problem !== undefined) return toBadRow(record, columns.length, [problem]);
        const cells = parsed[next++];
        if (cells === undefined) return toBadRow(record, columns.length, [BAD_QUOTES]);
        if (cells.length !== width) return toBadRow(record, columns.length, [toWidthProblem(cells.length, width)]);
        return toRow(
          record,
          check(positions.map((position) => (position === undefined ? undefined : cells[position]))),
        );
      });
    },
  };
}

/** Reads NDJSON: one object in each line. */
export function createJsonReader(kind: ImportKind): RowReader {
  return {
    read: (records) =>
      records.map((record) => {
        const problem = findBadBytes(record);
        if (problem !== undefined) return toBadRow(record, stagedWidth(kind), [problem]);
        const value = parseJson(record.bytes.toString('utf8'));
        if (!isJsonObject(value))
          return toBadRow(record, stagedWidth(kind), [{ reason: 'the line is not a JSON object' }]);
        return kind === 'catalogue' ? readCatalogueLine(record, value) : readFlatLine(record, kind, value);
      }),
  };
}

/** The cells of a CSV header line; undefined when its quotes do not match. */
export function parseCsvLine(record: FileRecord, delimiter: string): readonly string[] | undefined {
  return parseCsv([record], delimiter)[0];
}

const FLAT = {
  tickets: { columns: ticketColumns, check: checkTicketRow },
  contacts: { columns: contactColumns, check: checkContactRow },
};
const BAD_QUOTES = {
  reason: 'the line has a double quote that is never closed, or that stands inside a value without quotes around it',
};

const QUOTE = 0x22;

/** The cells of each record, undefined where the quotes do not match. A record without quotes is its text between delimiters. */
function parseCsv(records: readonly FileRecord[], delimiter: string): readonly (readonly string[] | undefined)[] {
  const quoted = records.filter((record) => record.bytes.includes(QUOTE));
  const parsed = parseQuoted(quoted, delimiter);
  let next = 0;
  return records.map((record) =>
    record === quoted[next] ? parsed[next++] : record.bytes.toString('utf8').split(delimiter),
  );
}

/** All records in one call of the parser; where that fails, one by one, to find the bad ones. */
function parseQuoted(records: readonly FileRecord[], delimiter: string): readonly (readonly string[] | undefined)[] {
  if (records.length === 0) return [];
  try {
    const text = records.map((record) => record.bytes.toString('utf8')).join('\n');
    const rows = parse(text, { delimiter, relax_column_count: true, record_delimiter: '\n' });
    if (rows.length === records.length) return rows;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
  }
  return records.length === 1 ? [undefined] : records.flatMap((record) => parseQuoted([record], delimiter));
}

function toWidthProblem(found: number, expected: number): Problem {
  return { reason: `the line has ${String(found)} values, the header ${String(expected)}` };
}

function readFlatLine(record: FileRecord, kind: 'tickets' | 'contacts', line: Record<string, unknown>): StagedRow {
  const { columns, check } = FLAT[kind];
  const { cells, problems } = toCells(columns, line);
  return toRow(record, check(cells), problems);
}

function readCatalogueLine(record: FileRecord, line: Record<string, unknown>): StagedRow {
  const { kind, ...entries } = line;
  if (!isCatalogueKind(kind)) {
    return toBadRow(record, 2, [
      { column: 'kind', reason: `kind must be one of ${Object.keys(catalogueColumns).join(', ')}` },
    ]);
  }
  const columns = catalogueColumns[kind];
  const { cells, problems } = toCells(columns, entries);
  const checked = checkCatalogueRow(kind, cells);
  const content = Object.fromEntries(
    columns.map((rule, index) => [rule.column, toContent(rule, checked.values[index] ?? null)]),
  );
  return toRow(record, { values: [kind, JSON.stringify(content)], problems: checked.problems }, problems);
}

function toContent(rule: ColumnRule, value: string | null): unknown {
  return rule.type === 'jsonb' && value !== null ? parseJson(value) : value;
}

/** The values of a JSON object as the texts that a CSV file would hold. */
function toCells(
  columns: readonly ColumnRule[],
  line: Record<string, unknown>,
): { cells: Cells; problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const names = columns.map((rule) => rule.name);
  const unknown = Object.keys(line).filter((key) => !names.includes(key));
  const [first] = unknown;
  if (first !== undefined) {
    const near = unknown.length === 1 ? findNearest(first, names) : undefined;
    const allowed = near === undefined ? `known are ${names.join(', ')}` : `did you mean ${near}?`;
    problems.push({ reason: `the line has ${unknown.length === 1 ? 'an unknown name' : 'unknown names'}; ${allowed}` });
  }
  const cells = columns.map((rule) => {
    const value = line[rule.name];
    if (value === undefined || value === null) return undefined;
    const text = toText(rule, value);
    if (text === undefined) problems.push({ column: rule.name, reason: `${rule.name} must be ${rule.value.allowed}` });
    else if (hasBadCharacter(rule, text))
      problems.push({ column: rule.name, reason: `${rule.name} holds a NUL or half a character` });
    else return text;
    return undefined;
  });
  return { cells, problems };
}

/** JSON writes a NUL and half a surrogate pair as escapes, which Postgres refuses like the characters themselves. */
function hasBadCharacter(rule: ColumnRule, text: string): boolean {
  return rule.type === 'jsonb' ? /\\u(?:0000|d[89a-f])/.test(text) : /[\0\p{Cs}]/u.test(text);
}

function toText(rule: ColumnRule, value: unknown): string | undefined {
  if (rule.type === 'jsonb') return JSON.stringify(value);
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  // A whole number beyond 2^53 has lost its last digits when it gets here: it must be written as a text.
  if (typeof value === 'number' && (!Number.isInteger(value) || Number.isSafeInteger(value))) return String(value);
  return undefined;
}

/** `before` holds what is wrong with values that never became cells; that such a cell is empty is no second problem. */
function toRow(record: FileRecord, checked: CheckedRow, before: readonly Problem[] = []): StagedRow {
  if (before.length === 0) return { line: record.line, values: checked.values, problems: checked.problems };
  const known = new Set(before.map((problem) => problem.column));
  const problems = [...before, ...checked.problems.filter(({ column }) => column === undefined || !known.has(column))];
  return { line: record.line, values: checked.values, problems };
}

function toBadRow(record: FileRecord, width: number, problems: readonly Problem[]): StagedRow {
  return { line: record.line, values: new Array<null>(width).fill(null), problems };
}

function stagedWidth(kind: ImportKind): number {
  return kind === 'catalogue' ? 2 : FLAT[kind].columns.length;
}

function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
