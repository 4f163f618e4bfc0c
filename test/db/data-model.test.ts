import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase, type Database } from '../../db/database';
import { cloneDatabase, type TestDatabase } from '../helpers/database';

let clone: TestDatabase;
let database: Database;

beforeAll(async () => {
  clone = await cloneDatabase('data-model');
  database = await openDatabase({ url: clone.url, connections: 1 });
});
afterAll(async () => {
  await database.close();
  await clone.drop();
});

const page = readFileSync(join(__dirname, '../../docs/data-model.md'), 'utf8');

/** `table.column type`, as the page's tables have it, below the heading of each table. */
function readPage(): readonly string[] {
  return page.split(/^### /m).flatMap((section) => {
    const table = /^`(\w+)`/.exec(section)?.[1];
    if (table === undefined) return [];
    return [...section.matchAll(/^\| `(\w+)`\s*\| ([^|]+?)\s*\|/gm)].map(
      ([, column = '', type = '']) => `${table}.${column} ${type}`,
    );
  });
}

test('the data model names every column of the schema with its type, and no other', async () => {
  const { rows } = await database.pool.query<{ line: string }>(`
    select c.relname || '.' || a.attname || ' '
      || replace(coalesce(t.typname, format_type(a.atttypid, nullif(a.atttypmod, -1))), 'timestamp with time zone', 'timestamptz')
      || case when a.attnotnull then '' else ', may be empty' end as line
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_type t on t.oid = a.atttypid and t.typtype = 'd'
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and c.relname <> 'schema_migration'`);
  expect(rows.length).toBeGreaterThan(300);
  expect([...readPage()].sort()).toEqual(rows.map(({ line }) => line).sort());
});

test('every column names one of the writers that the page explains, and has a meaning', () => {
  const columns = [...page.matchAll(/^\| `\w+`\s*\| [^|]+\| ([^|]+?)\s*\| ([^|]+?)\s*\|$/gm)];
  expect(columns.length).toBeGreaterThan(300);
  const writers = [...page.matchAll(/^\| (S-360, import|apply|operator|running product|database)\s*\|/gm)].map(
    ([, writer]) => writer ?? '',
  );
  expect(writers).toHaveLength(5);
  const known = [...writers, `${writers[0] ?? ''}; running product`, 'apply, operator'];
  expect(columns.filter(([, writer = '', meaning = '']) => !known.includes(writer) || meaning === '')).toEqual([]);
});

test('the diagram shows tables that exist', async () => {
  const { rows } = await database.pool.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace`,
  );
  const names = [...page.matchAll(/^ {2}(\w+) [|o]+[|o]--[|o]+[{|] (\w+) :/gm)].flatMap(([, one, other]) => [
    one,
    other,
  ]);
  expect(names.length).toBeGreaterThan(60);
  expect(names.filter((name) => !rows.some((row) => row.name === name))).toEqual([]);
});
