import { userInfo } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { SystemClient } from '../client/system-client';
import { loadConfig, type Config } from '../config/environment';
import type { Database } from '../db/database';
import { CommandFailure } from './failure';
import type { Screen } from './output/screen';
import { isConnectionLost } from './to-failure';

/** What a command works with: settings, servers (their code loaded and they themselves opened when first asked for), the screen, the moment and the person. */
export interface Session {
  readonly config: Config;
  readonly screen: Screen;
  readonly now: Date;
  /** Who acts: `--who`, else the user of the operating system. */
  readonly who: string;
  readonly database: () => Promise<Database>;
  readonly client: () => Promise<SystemClient>;
  readonly close: () => Promise<void>;
}

// With the start of the program about 3 seconds, so that a command says within 5, on a busy machine too, that a server is not there.
const CONNECT_TIMEOUT_MS = 2_000;

/** The settings are read when they are first needed: throws ConfigProblems then, with all that is wrong with them. */
export function openSession(screen: Screen, who: string | undefined): Session {
  let config: Config | undefined;
  const readConfig = (): Config => (config ??= loadConfig());
  let database: Promise<Database> | undefined;
  let client: Promise<SystemClient> | undefined;
  return {
    get config() {
      return readConfig();
    },
    screen,
    now: new Date(),
    who: who ?? readUserName(),
    database: () => (database ??= reachDatabase(readConfig)),
    client: () => (client ??= reachTemporal(readConfig)),
    async close() {
      const opened = await Promise.allSettled([database, client]);
      for (const result of opened) if (result.status === 'fulfilled') await result.value?.close();
    },
  };
}

async function reachTemporal(readConfig: () => Config): Promise<SystemClient> {
  const { temporal } = readConfig();
  const { openClient } = await import('../client/system-client.js');
  return await openClient(temporal);
}

async function reachDatabase(readConfig: () => Config): Promise<Database> {
  const { databaseUrl: url } = readConfig();
  const { openStatements } = await import('../db/statements.js');
  const database = openStatements({ url, applicationName: 'tixngo cli', connections: 4 });
  const opening = openAnswering(database);
  const timer = new AbortController();
  try {
    const late = delay(CONNECT_TIMEOUT_MS, 'late' as const, { signal: timer.signal });
    // Aborted below, when the answer came first.
    late.catch(() => undefined);
    const first = await Promise.race([opening, late]);
    if (first !== 'late') return first;
  } catch (error) {
    throw isConnectionLost(error) ? toUnreachable(url, error) : error;
  } finally {
    timer.abort();
  }
  // Whatever comes of it now comes too late.
  opening.then((opened) => opened.close()).catch(() => undefined);
  throw toUnreachable(url, undefined);
}

async function openAnswering(database: Database): Promise<Database> {
  try {
    await database.pool.query('select 1');
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

function toUnreachable(url: string, cause: unknown): CommandFailure {
  // Never the whole address: it holds a password.
  const { hostname, port, pathname } = new URL(url);
  const place = `${hostname}:${port === '' ? '5432' : port}${pathname}`;
  const help = 'Start it (npm run up starts a local one), or set DATABASE_URL to one that runs and lets this user in.';
  return new CommandFailure(3, `The database does not answer at ${place}. ${help}`, { cause });
}

/** A container may run as a user without a name. */
function readUserName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${String(process.getuid?.() ?? 'unknown')}`;
  }
}
