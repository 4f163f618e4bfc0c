import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { freePort } from './free-port';
import { endOrphan } from './postgres-orphan';
import { findPostgresPlace, giveTo, type PostgresPlace } from './postgres-place';
import { startProgram, type Program } from './program';
import { waitFor } from './wait-for';

export interface PostgresOptions {
  /** Folder of the cluster; made when missing, kept afterwards unless `temporary`. */
  readonly folder: string;
  /** Folder for `postgres.log`. */
  readonly logFolder: string;
  /** A free one unless given. */
  readonly port?: number;
  /** Postgres waits for the disk at every commit. Off for tests only: a power cut then loses the cluster. */
  readonly durable?: boolean;
  /** Removes the cluster at the end, even when this process is killed. */
  readonly temporary?: boolean;
  /** More that is removed at the end, in the same way. */
  readonly removeAfter?: readonly string[];
  /** Gives the start up. */
  readonly signal?: AbortSignal;
}

/** A Postgres that runs until it is closed or this process ends. */
export interface Postgres {
  /** Connects to the database `tixngo` as its owner. */
  readonly url: string;
  readonly program: Program;
  close(): Promise<void>;
}

const DATABASE = 'tixngo';
const START_TIMEOUT_MS = 30_000;

/** Starts the embedded Postgres on 127.0.0.1; its first start in a folder makes the cluster (about 1 s). */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const place = findPostgresPlace(options.folder);
  await endOrphan(place.folder);
  const password = await ensureCluster(place, options);
  const port = options.port ?? (await freePort());
  const program = await startServer(place, port, options);
  const url = `postgres://postgres:${password}@127.0.0.1:${String(port)}/`;
  try {
    const what = `Postgres on port ${String(port)}`;
    await waitFor(() => ensureDatabase(`${url}postgres`), { what, timeoutMs: START_TIMEOUT_MS, program });
  } catch (error) {
    await program.stop();
    throw error;
  }
  return { url: `${url}${DATABASE}`, program, close: () => program.stop() };
}

async function ensureCluster(
  place: PostgresPlace,
  { folder, logFolder, temporary, signal }: PostgresOptions,
): Promise<string> {
  const passwordFile = join(place.folder, 'password');
  if (existsSync(join(place.folder, 'data'))) return readFileSync(passwordFile, 'utf8');

  const password = randomBytes(24).toString('base64url');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  giveTo(place.user, passwordFile);
  // Under another name first: an initdb that was interrupted is never taken for a cluster.
  const half = join(place.folder, 'data.new');
  rmSync(half, { recursive: true, force: true });
  mkdirSync(half, { mode: 0o700 });
  giveTo(place.user, half);
  const initdb = await startProgram({
    name: 'initdb',
    command: join(place.native, 'bin', 'initdb'),
    args: [
      ...['--pgdata', half, '--username', 'postgres', '--pwfile', passwordFile, '--auth', 'scram-sha-256'],
      ...['--encoding', 'UTF8', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8', '--locale', 'C'],
      ...['--no-sync', '--no-instructions'],
    ],
    logFile: join(logFolder, 'postgres.log'),
    removeOnFailure: temporary ? [place.folder, folder] : [half],
    ...(signal && { signal }),
    ...(place.user && { user: place.user }),
  });
  const { code } = await initdb.ended;
  signal?.throwIfAborted();
  if (code !== 0) {
    const help = 'A missing library: run "npm rebuild" (npm 12 needs allowScripts)';
    throw new Error(`Postgres could not make its cluster in ${place.folder}. ${help}. ${initdb.logTail()}`);
  }
  renameSync(half, join(place.folder, 'data'));
  return password;
}

async function startServer(place: PostgresPlace, port: number, options: PostgresOptions): Promise<Program> {
  const settings = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    max_wal_size: '2GB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Values of a failing statement are personal data.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    ...(options.durable === false && { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  const program = await startProgram({
    name: 'Postgres',
    command: join(place.native, 'bin', 'postgres'),
    args: [
      '-D',
      join(place.folder, 'data'),
      ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
    ],
    logFile: join(options.logFolder, 'postgres.log'),
    // Fast shutdown: open connections are cut, nothing committed is lost.
    stopSignal: 'SIGINT',
    removeAfter: [...(options.temporary ? [place.folder, options.folder] : []), ...(options.removeAfter ?? [])],
    ...(options.signal && { signal: options.signal }),
    ...(place.user && { user: place.user }),
  });
  writeFileSync(join(place.folder, 'guard.pid'), `${String(program.guardPid)}\n${String(process.pid)}\n`);
  return program;
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}
