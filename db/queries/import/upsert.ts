/** How the staged rows of one table are written. All names are constants of this program. */
export interface Upsert {
  readonly table: string;
  /** The columns that the file decides, in order. */
  readonly columns: readonly string[];
  /** A query that gives these columns, one row per ticket, contact or product. */
  readonly rows: string;
  readonly key: readonly string[];
  /** What a changed row gets instead of the file's value, where that is not simply `excluded.<column>`. */
  readonly changes?: Readonly<Record<string, string>>;
}

/**
 * One statement that inserts what is new, changes what differs and counts both. Rows that are as the file says are not even locked,
 * so that importing the same file again costs the running syncs nothing.
 */
export function toUpsert(upsert: Upsert): string {
  const { table, columns, key, changes = {} } = upsert;
  const changing = columns.filter((column) => !key.includes(column));
  // The change is compared as it would be written: `excluded.` is the new row, `<table>.` the present one.
  const toChange = (column: string) => changes[column] ?? `excluded.${column}`;
  const inSelect = (sql: string) => sql.replaceAll('excluded.', 'n.').replaceAll(`${table}.`, 'old.');
  return `
  with written as (
    insert into ${table} (${columns.join(', ')})
    select ${listOf('n', columns)}
    from (${upsert.rows}) n
    left join ${table} old on ${joinOf(key)}
    where old.${firstOf(key)} is null
      or (${listOf('old', changing)}) is distinct from (${changing.map((column) => inSelect(toChange(column))).join(', ')})
    order by ${listOf('n', key)}
    on conflict (${key.join(', ')}) do update set ${changing.map((column) => `${column} = ${toChange(column)}`).join(', ')}
    where (${listOf(table, changing)}) is distinct from (${changing.map(toChange).join(', ')})
    returning xmax = 0 as inserted
  )
  select count(*) filter (where inserted)::int as inserted, count(*) filter (where not inserted)::int as updated from written`;
}

/** The first half of it: inserts what is new and leaves alone what is there. */
export function toInsertNew({ table, columns, key, rows }: Upsert): string {
  return `
  insert into ${table} (${columns.join(', ')})
  select ${listOf('n', columns)}
  from (${rows}) n
  left join ${table} old on ${joinOf(key)}
  where old.${firstOf(key)} is null
  order by ${listOf('n', key)}
  on conflict (${key.join(', ')}) do nothing`;
}

function listOf(alias: string, columns: readonly string[]): string {
  return columns.map((column) => `${alias}.${column}`).join(', ');
}

function joinOf(key: readonly string[]): string {
  return key.map((column) => `old.${column} = n.${column}`).join(' and ');
}

function firstOf(key: readonly string[]): string {
  const [first] = key;
  if (first === undefined) throw new Error('A table without a key cannot be imported');
  return first;
}
