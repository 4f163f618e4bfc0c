import { sql } from 'kysely';
import { openDatabase, type Database } from '../../db/database';
import { inPreparedTransaction } from '../../db/prepared-transaction';
import { openStatements, openWorkerStatements } from '../../db/statements';
import { inTransaction } from '../../db/transaction';
import { cloneDatabase, type TestDatabase } from '../helpers/database';

let clone: TestDatabase;
let databases: readonly Database[];

beforeAll(async () => {
  clone = await cloneDatabase('statements');
  databases = [
    await openDatabase({ url: clone.url, connections: 2 }),
    openStatements({ url: clone.url, connections: 2 }),
  ];
});
afterAll(async () => {
  for (const database of databases) await database.close();
  await clone.drop();
});

/** Every type that our statements return. */
const everyType = sql<object>`select 7::int8 as id, 1.50::numeric as price, 7::int4 as n, 0.5::float8 as share, true as flag,
  '2026-11-20'::date as day, '2026-11-20 10:05'::timestamp as moment, '2026-11-20 10:05Z'::timestamptz as instant,
  '90 minutes'::interval as patience, '{"a": [1]}'::jsonb as document, '{1,2}'::int8[] as ids, '{a,b}'::text[] as words,
  null::text as nothing`;

test('a raw row is the same without MikroORM as through it', async () => {
  const [mapped, plain] = await Promise.all(
    databases.map(async ({ kysely }) => (await everyType.execute(kysely)).rows),
  );
  expect(plain).toEqual(mapped);
  expect(plain).toMatchObject([{ id: '7', price: '1.50', day: '2026-11-20', moment: '2026-11-20 10:05:00' }]);
});

test('a statement that fails carries the code of Postgres, and a transaction that throws leaves nothing', async () => {
  for (const database of databases) {
    await expect(sql`select 1 / 0`.execute(database.kysely)).rejects.toMatchObject({ code: '22012' });
    const insert = inTransaction(database, async (transaction) => {
      await sql`insert into operator_action (who, action, subject, details) values ('ana', 'run', 's', '{}')`.execute(
        transaction,
      );
      throw new Error('given up');
    });
    await expect(insert).rejects.toThrow('given up');
    const { rows } = await database.pool.query('select from operator_action');
    expect(rows).toEqual([]);
  }
});

test('a connection that the server ends fails its statement and not the program; the next one works', async () => {
  const database = openStatements({ url: clone.url, connections: 1 });
  try {
    await expect(database.pool.query('select pg_terminate_backend(pg_backend_pid())')).rejects.toThrow();
    expect((await database.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  } finally {
    await database.close();
  }
});

test("a worker's prepared statements are planned once and look rows up by key, whatever the planner believes of their tables", async () => {
  const database = openWorkerStatements({ url: clone.url });
  try {
    // Empty tables: with its own choice Postgres reads them whole.
    await database.pool.query('analyze claim');
    const explain = 'explain (generic_plan) select from claim where ticket_id = any ($1::bigint[])';
    const planned = async (run: () => Promise<unknown>) => JSON.stringify(await run());
    expect(await planned(() => database.pool.query(explain))).toContain('claim_pkey');
    expect(await planned(() => sql.raw(explain).execute(database.kysely))).toContain('Seq Scan');
    expect((await database.pool.query('show plan_cache_mode')).rows).toEqual([
      { plan_cache_mode: 'force_generic_plan' },
    ]);
  } finally {
    await database.close();
  }
});

test('a connection made while the database may only be read does not get into a pool of a worker: it would stay read-only for good', async () => {
  const database = openWorkerStatements({ url: clone.url });
  const name = new URL(clone.url).pathname.slice(1);
  const { pool: owner } = databases[1] ?? database;
  const write = sql`create temporary table written as select 1`;
  try {
    await owner.query(`alter database ${name} set default_transaction_read_only = on`);
    await expect(database.pool.query('select 1')).rejects.toMatchObject({ code: '25006' });
    await expect(write.execute(database.kysely)).rejects.toMatchObject({ code: '25006' });
    await owner.query(
      `begin; set local transaction_read_only = off; alter database ${name} reset default_transaction_read_only; commit`,
    );
    await write.execute(database.kysely);
    await database.pool.query('create temporary table written as select 1');
  } finally {
    await database.close();
  }
});

test("Postgres ends a worker's transaction that is idle: a frozen worker would keep what it has locked from all others", async () => {
  const database = openWorkerStatements({ url: clone.url });
  const shown = [{ idle_in_transaction_session_timeout: '10s' }];
  try {
    const show = 'show idle_in_transaction_session_timeout';
    expect((await database.pool.query(show)).rows).toEqual(shown);
    expect((await sql.raw(show).execute(database.kysely)).rows).toEqual(shown);
  } finally {
    await database.close();
  }
});

test("a worker's prepared statement gives up a lock that it waits for; what plans, closes or applies a page waits as long as it takes", async () => {
  const database = openWorkerStatements({ url: clone.url });
  const show = 'show lock_timeout';
  const shown = async (timeout: string, ask: () => Promise<{ readonly rows: readonly unknown[] }>) => {
    expect((await ask()).rows).toEqual([{ lock_timeout: timeout }]);
  };
  try {
    await shown('4s', () => database.pool.query(show));
    await shown('0', () => sql.raw(show).execute(database.kysely));
    await inPreparedTransaction(database, (page) => shown('0', () => sql.raw(show).execute(page)));
    await shown('4s', () => database.pool.query(show));
  } finally {
    await database.close();
  }
});
