import { findNearest } from '../nearest';
import type { ValueRule } from './value-rules';

/** One column of an import file, and where it is staged. */
export interface ColumnRule {
  /** Name in the file's header, or the key in an NDJSON line. */
  readonly name: string;
  /** Name and Postgres type in the staging table. */
  readonly column: string;
  readonly type: string;
  readonly mandatory: boolean;
  readonly value: ValueRule;
}

/** A column that every row must fill; it is staged under its name in snake case unless said otherwise. */
export function mandatory(name: string, value: ValueRule, column = toSnakeCase(name)): ColumnRule {
  return { name, column, type: value.type, mandatory: true, value };
}

/** A column that may be empty or missing. */
export function optional(name: string, value: ValueRule, column = toSnakeCase(name)): ColumnRule {
  return { name, column, type: value.type, mandatory: false, value };
}

function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** What is wrong with a row. The reason never repeats the value: it may be a person's. */
export interface Problem {
  readonly column?: string;
  readonly reason: string;
}

/** The row as Postgres takes it: one text or null per column rule. Values that are not allowed are null here and named in `problems`. */
export interface CheckedRow {
  readonly values: readonly (string | null)[];
  readonly problems: readonly Problem[];
}

/** The cells of one row by column rule, as read from a file; undefined where the file has no such column. */
export type Cells = readonly (string | null | undefined)[];

/** Checks every cell of a row by itself; `wholeRow` adds what concerns several cells. All problems are reported, not the first only. */
export function checkCells(
  columns: readonly ColumnRule[],
  cells: Cells,
  wholeRow?: (valueOf: (name: string) => string | null) => readonly Problem[],
): CheckedRow {
  const problems: Problem[] = [];
  const values = columns.map((rule, index) => {
    const text = cells[index]?.trim() ?? '';
    if (text === '') {
      if (rule.mandatory) problems.push({ column: rule.name, reason: `${rule.name} is mandatory and empty` });
      return null;
    }
    const value = rule.value.read(text);
    if (value === undefined) problems.push({ column: rule.name, reason: `${rule.name} must be ${rule.value.allowed}` });
    return value ?? null;
  });
  if (wholeRow !== undefined) {
    problems.push(...wholeRow((name) => values[columns.findIndex((rule) => rule.name === name)] ?? null));
  }
  return { values, problems };
}

/** Where the cells of a file's header go: for each column rule the position in the file, or undefined. */
export type HeaderPositions = readonly (number | undefined)[];

/** Reads the header of a CSV file: positions, or every name that is unknown, missing or there twice. */
export function readHeader(
  columns: readonly ColumnRule[],
  header: readonly string[],
): HeaderPositions | readonly Problem[] {
  const names = header.map((name) => name.trim());
  const known = columns.map((rule) => rule.name);
  if (!names.some((name) => known.includes(name))) return [{ reason: toNoHeader(columns) }];
  const free = known.filter((name) => !names.includes(name));
  const unknown = names.flatMap((name, index) =>
    known.includes(name) ? [] : [{ position: String(index + 1), near: findNearest(name, free) }],
  );
  const problems = [
    ...toUnknownProblems(unknown, known),
    ...known
      .filter((name) => names.indexOf(name) !== names.lastIndexOf(name))
      .map((name) => ({ column: name, reason: `${name} stands twice in the header` })),
    // A mandatory name that stands there mistyped is told already.
    ...columns
      .filter(
        ({ name, mandatory: needed }) => needed && free.includes(name) && !unknown.some(({ near }) => near === name),
      )
      .map(({ name }) => ({ column: name, reason: `${name} is mandatory and missing in the header` })),
  ];
  if (problems.length > 0) return problems;
  return known.map((name) => (names.includes(name) ? names.indexOf(name) : undefined));
}

interface UnknownName {
  /** Position of the column, from 1: a file without a header has a person in its first line, so no name of it is repeated. */
  readonly position: string;
  /** The known name that was most likely meant. */
  readonly near: string | undefined;
}

function toUnknownProblems(unknown: readonly UnknownName[], known: readonly string[]): readonly Problem[] {
  const far = unknown.filter(({ near }) => near === undefined).map(({ position }) => position);
  const places = `${far.length === 1 ? 'an unknown name in column' : 'unknown names in columns'} ${far.join(', ')}`;
  return [
    ...unknown
      .filter(({ near }) => near !== undefined)
      .map(({ position, near }) => ({
        reason: `the header has an unknown name in column ${position}; did you mean ${near ?? ''}?`,
      })),
    ...(far.length === 0 ? [] : [{ reason: `the header has ${places}; known are ${known.join(', ')}` }]),
  ];
}

function toNoHeader(columns: readonly ColumnRule[]): string {
  const [needed, others] = [true, false].map((mandatory) =>
    columns.filter((rule) => rule.mandatory === mandatory).map(({ name }) => name),
  );
  return `the first line is no header: no name in it is known. Mandatory are ${(needed ?? []).join(', ')}; allowed are ${(others ?? []).join(', ')}`;
}
