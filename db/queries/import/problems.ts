/** One check over all staged rows: `bad` is a condition of SQL, `reason` constant text that never repeats a value. */
export interface RowCheck {
  readonly column: string;
  readonly bad: string;
  readonly reason: string;
}

export const createProblemTable =
  'create temporary table problem (line bigint, column_name text, reason text) on commit drop';

/** What the rows' own checks found while the file was read. */
export const collectOwnProblems = `
  insert into problem
  select s.line, p ->> 'column', p ->> 'reason'
  from staged s cross join lateral jsonb_array_elements(s.problems) p
  where s.problems is not null`;

/** One pass over `source` (a FROM clause with the alias s): a row of `problem` for each check that a row fails. */
export function findProblems(source: string, checks: readonly RowCheck[]): string {
  const values = checks
    .map(({ column, bad, reason }) => `('${column}', ${bad}, '${column} ${reason}')`)
    .join(',\n    ');
  // The condition over all checks first: good rows, nearly all of them, are not multiplied by the number of checks.
  return `
  insert into problem
  select s.line, found.column_name, found.reason
  from ${source}
  cross join lateral (values
    ${values}
  ) found (column_name, bad, reason)
  where found.bad and (${checks.map(({ bad }) => `(${bad})`).join(' or ')})`;
}

/** Rows that have the same `key` columns as another row of the file: each names the other's line. */
export function findDuplicates(column: string, key: string): string {
  return `
  insert into problem
  select s.line, '${column}', '${column} stands in line ' || (case when s.line = d.first then d.second else d.first end)
    || ' too: a file may hold each only once'
  from (
    select ${key}, min(line) as first, (array_agg(line order by line))[2] as second
    from staged where (${key}) is not null group by ${key} having count(*) > 1
  ) d join staged s using (${key})`;
}

export const countProblems = 'select count(distinct line)::int as rows from problem';

export const listProblems = 'select line, column_name, reason from problem order by line, column_name, reason limit $1';

/** All rejected lines in order, with their reasons, a page at a time by `fetch`. */
export const declareRejectedLines = `
  declare rejected_lines no scroll cursor for
  select line, string_agg(reason, '; ' order by column_name, reason) as reason from problem group by line order by line`;

export const fetchRejectedLines = 'fetch 5000 from rejected_lines';

export const deleteProblemRows = 'delete from staged s using problem p where s.line = p.line';
