import type { Pool, PoolClient, QueryResultRow } from 'pg';

/** A statement of the hot path: its name makes Postgres plan it once per connection instead of once per call. */
export interface PreparedStatement {
  readonly name: string;
  readonly text: string;
}

/** Runs a prepared statement; `timestamptz`, `int8` and `numeric` come back as strings (stack.md). */
export async function runPrepared<Row extends QueryResultRow>(
  connection: Pool | PoolClient,
  statement: PreparedStatement,
  values: readonly unknown[],
): Promise<readonly Row[]> {
  const result = await connection.query<Row>({ ...statement, values: [...values] });
  return result.rows;
}

/**
 * The same with each row as a tuple, its columns in the order of the statement: with thirty columns and fifty rows a call, naming them is a
 * twentieth of what a call costs (docs/performance.md).
 */
export async function runPreparedTuples<Row extends readonly unknown[]>(
  connection: Pool | PoolClient,
  statement: PreparedStatement,
  values: readonly unknown[],
): Promise<readonly Row[]> {
  const result = await connection.query<Row & unknown[]>({ ...statement, values: [...values], rowMode: 'array' });
  return result.rows;
}

/**
 * Postgres' text form of an array of numbers, ids or hashes in hex: nothing in them needs quotes, and `pg` asks each element for that, which
 * is a part of what a call costs (docs/performance.md).
 */
export function toPlainArray(values: readonly (number | string)[]): string {
  return `{${values.join(',')}}`;
}

/** The only row of a statement that always gives one; anything else is a bug in the statement. */
export function onlyRow<Row>(rows: readonly Row[]): Row {
  const [row, ...others] = rows;
  if (row === undefined || others.length > 0) throw new Error(`Expected one row, found ${rows.length.toString()}`);
  return row;
}
