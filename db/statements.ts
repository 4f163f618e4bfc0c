import { Kysely, PostgresDialect } from 'kysely';
import { Pool, TypeOverrides } from 'pg';
import type { Database, DatabaseOptions } from './database';

// date, timestamp, timestamptz, interval, by their numbers in pg_type: raw rows hold them as text, as they do through MikroORM (stack.md).
const TIMES = [1082, 1114, 1184, 1186];

/**
 * Opens a pool for statements alone, without entities and migrations: those take a third of a second to load, longer than most
 * commands take. Connects at the first statement, so an unreachable server shows there.
 */
export function openStatements(options: DatabaseOptions): Database {
  const types = new TypeOverrides();
  for (const type of TIMES) types.setTypeParser(type, (text: string) => text);
  const pool = new Pool({
    connectionString: options.url,
    max: options.connections ?? 20,
    application_name: options.applicationName ?? 'tixngo',
    connectionTimeoutMillis: 5_000,
    types,
  });
  // A connection that the server drops fails the statement that needs it; without a listener the event itself would end the program.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const kysely = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  return { kysely, pool, close: () => kysely.destroy() };
}
