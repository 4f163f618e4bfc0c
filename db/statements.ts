import { Kysely, PostgresDialect } from 'kysely';
import { Pool, type PoolConfig, TypeOverrides } from 'pg';
import type { Database, DatabaseOptions } from './database';

// date, timestamp, timestamptz, interval, by their numbers in pg_type: raw rows hold them as text, as they do through MikroORM (stack.md).
const TIMES = [1082, 1114, 1184, 1186];

/**
 * Opens a pool for statements alone, without entities and migrations: those take a third of a second to load, longer than most
 * commands take. Connects at the first statement, so an unreachable server shows there.
 */
export function openStatements(options: DatabaseOptions): Database {
  const pool = openPool(options);
  const kysely = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  return { kysely, pool, close: () => kysely.destroy() };
}

/**
 * How Postgres plans prepared statements: once per connection, and by the keys of some tens of rows whatever it believes of the tables.
 * As it comes, it plans the first five executions anew, and planning one of them takes longer than running it three times. And a plan that
 * was made while the claims were few reads all of them for each call once there are a million.
 */
const lookUpByKey = Object.entries({
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
})
  .map(([name, value]) => `-c ${name}=${value}`)
  .join(' ');

/** A transaction of a worker is idle for milliseconds. One that is so for longer is of a frozen worker, and others wait for what it has locked. */
const LONGEST_IDLE_TRANSACTION_MS = 10_000;

/**
 * How long a prepared statement waits for a lock. Somebody's transaction may hold a ticket for a minute: the announcement that waits for it has
 * locked its slot's row, so the slot is not renewed, and who wants to take it keeps all others of the account waiting. It gives up before the
 * next renewal is due (activities/push/push-batches.ts) and is tried again: 55P03 counts as a database that is away for now.
 */
const LONGEST_LOCK_WAIT_MS = 4_000;

/**
 * The same for a worker: prepared statements have a pool of their own. Other statements, such as the plan of a slice, work on whole tables.
 * Connections are kept while nobody uses them: a run that begins would wait for new ones, and for their plans. Plans and closes wait for locks
 * as long as it takes: they wait for each other, and no call waits for them.
 */
export function openWorkerStatements(options: Omit<DatabaseOptions, 'connections'>): Database {
  const kept = {
    idleTimeoutMillis: 0,
    verify: refuseReadOnly,
    idle_in_transaction_session_timeout: LONGEST_IDLE_TRANSACTION_MS,
  };
  const statements = openPool({ ...options, connections: 10 }, kept);
  const pool = openPool(
    { ...options, connections: 20 },
    { ...kept, lock_timeout: LONGEST_LOCK_WAIT_MS, options: lookUpByKey },
  );
  const kysely = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: statements }) });
  return {
    kysely,
    pool,
    close: async () => {
      await Promise.all([kysely.destroy(), pool.end()]);
    },
  };
}

/**
 * A connection made while the database may only be read, or to a stand-by, stays read-only for its life, and a worker's are kept for good:
 * such a one never gets into the pool. The code is Postgres' own, by which the statement is tried again.
 */
const refuseReadOnly: NonNullable<PoolConfig['verify']> = (client, done) => {
  client.query<{ transaction_read_only: string }>('show transaction_read_only').then(({ rows }) => {
    const isReadOnly = rows[0]?.transaction_read_only === 'on';
    done(isReadOnly ? Object.assign(new Error('The database is read-only'), { code: '25006' }) : undefined);
  }, done);
};

function openPool(options: DatabaseOptions, more: PoolConfig = {}): Pool {
  const types = new TypeOverrides();
  for (const type of TIMES) types.setTypeParser(type, (text: string) => text);
  const pool = new Pool({
    connectionString: options.url,
    max: options.connections ?? 20,
    application_name: options.applicationName ?? 'tixngo',
    connectionTimeoutMillis: 5_000,
    types,
    ...more,
  });
  // A connection that the server drops fails the statement that needs it; without a listener the event itself would end the program.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
