import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { openSandboxAdmin } from '../../sandbox/admin-client';
import { killAllOf, processesOf, startParent, until, type Parent } from './processes';

const ORGANIZER = ['--organizer', 'fc-example:STACK_TEST_KEY'];

const saidSchema = z.object({
  temporalAddress: z.string(),
  temporalUiUrl: z.string(),
  databaseUrl: z.string(),
  sandboxUrl: z.string(),
  health: z.string(),
});

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tixngo-stack-'));
});

afterEach(async () => {
  await until(() => processesOf(folder).length === 0).finally(() => {
    killAllOf(folder);
    rmSync(folder, { recursive: true, force: true });
  });
});

interface Scenario {
  /** Source of the function that stands for the migration. */
  readonly migrate?: string;
  /** Statements that run with the started `stack`. */
  readonly then?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A program that starts a whole stack, says where it is, and ends it when it is asked to. */
function startStackProgram({ migrate = 'migrateAll', then = '', environment = {} }: Scenario = {}): Parent {
  const options = JSON.stringify({
    folder: join(folder, 'data'),
    logFolder: join(folder, 'logs'),
    temporary: true,
    sandboxArgs: [...ORGANIZER, '--snapshot', join(folder, 'data', 'sandbox.json')],
    environment: { STACK_TEST_KEY: 'k' },
    publishIn: folder,
  });
  const script = `
    const { startStack } = require('./dist/local/stack');
    const { migrateAll } = require('./dist/local/migrate-all');
    const { abortWhenAskedToEnd } = require('./dist/local/one-step');
    const { signal, stopListening } = abortWhenAskedToEnd();
    async function main() {
      const stack = await startStack({ ...${options}, migrate: ${migrate}, signal, tell: console.log });
      const { temporalAddress, temporalUiUrl, databaseUrl, sandboxUrl } = stack;
      console.log(JSON.stringify({ temporalAddress, temporalUiUrl, databaseUrl, sandboxUrl, health: stack.workerHealthUrl() }));
      void stack.brokenPart.then((part) => console.log('broken: ' + part));
      ${then}
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      await stack.close();
      console.log('closed');
    }
    main().catch((error) => { console.log('failed: ' + error.message.split('\\n')[0]); process.exitCode = 1; }).finally(stopListening);`;
  return startParent(script, folder, environment);
}

const expectNothingLeft = async (): Promise<void> => {
  await until(() => processesOf(folder).length === 0);
  await until(() => !existsSync(join(folder, 'data')));
};

test('every part answers, the worker can be killed and replaced, and SIGTERM ends all of it', async () => {
  const parent = startStackProgram({
    then: "await stack.killWorker('SIGKILL'); await stack.restartWorker(); console.log('again ' + stack.workerHealthUrl());",
  });
  const said = saidSchema.parse(JSON.parse(await parent.says('{')));
  for (const url of [said.temporalUiUrl, said.sandboxUrl.replace(/organizer.*/, '_sandbox/state')]) {
    expect((await fetch(url)).status).toBeLessThan(500);
  }
  const health = (await parent.says('again ')).slice('again '.length);
  expect(health).not.toBe(said.health);
  expect((await fetch(`${health}/healthz`)).status).toBe(200);
  expect((await fetch(`${health}/readyz`)).status).toBe(200);
  expect(existsSync(join(folder, '.local', 'stack.json'))).toBe(true);
  expect(readdirSync(join(folder, 'logs')).sort()).toEqual([
    'postgres.log',
    'sandbox.log',
    'temporal.log',
    'worker.log',
  ]);
  await parent.end('SIGTERM');
  expect(parent.lines).toContain('closed');
  expect(existsSync(join(folder, '.local', 'stack.json'))).toBe(false);
  expect(processesOf(folder)).toEqual([]);
  expect(existsSync(join(folder, 'data'))).toBe(false);
});

test('data is for its owner alone, as logs are, also what an earlier start left open to all', async () => {
  const data = join(folder, 'data');
  mkdirSync(data);
  writeFileSync(join(data, 'left.json'), '{}');
  chmodSync(join(data, 'left.json'), 0o644);
  const parent = startStackProgram();
  const { sandboxUrl } = saidSchema.parse(JSON.parse(await parent.says('{')));
  const admin = openSandboxAdmin(sandboxUrl.replace(/organizer.*/, '_sandbox'));
  await admin.records({ count: 1, ticketIds: ['1'] });
  const snapshot = join(data, 'sandbox.json');
  await until(() => existsSync(snapshot));
  const files = [data, join(folder, 'logs')].flatMap((place) =>
    readdirSync(place, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [join(place, entry.name)] : [])),
  );
  expect(files).toEqual(expect.arrayContaining([snapshot, join(data, 'temporal.db'), join(data, 'left.json')]));
  expect(files.filter((file) => (statSync(file).mode & 0o077) !== 0)).toEqual([]);
  await parent.end('SIGTERM');
});

test('a start that fails ends what had started', async () => {
  const parent = startStackProgram({ migrate: "async () => { throw new Error('no such schema'); }" });
  expect(await parent.says('failed')).toBe('failed: no such schema');
  await expectNothingLeft();
});

test.each(['Postgres on', 'Starting a worker'])('Ctrl-C after "%s" ends what had started', async (line) => {
  const parent = startStackProgram();
  await parent.says(line);
  expect(await parent.end('SIGINT')).toBe(1);
  expect(parent.lines).toContain('failed: ended by SIGINT');
  await expectNothingLeft();
});

test('servers that DATABASE_URL and TEMPORAL_ADDRESS name are used and left running', async () => {
  const owner = startStackProgram();
  const own = saidSchema.parse(JSON.parse(await owner.says('{')));
  const parent = startStackProgram({
    environment: { DATABASE_URL: own.databaseUrl, TEMPORAL_ADDRESS: own.temporalAddress, TIXNGO_TASK_QUEUE: 'another' },
  });
  await parent.says('Postgres: the one that DATABASE_URL names');
  await parent.says('Temporal: the one that TEMPORAL_ADDRESS names');
  const said = saidSchema.omit({ temporalUiUrl: true }).parse(JSON.parse(await parent.says('{')));
  expect(said).toMatchObject({ databaseUrl: own.databaseUrl, temporalAddress: own.temporalAddress });
  await parent.end('SIGTERM');
  expect((await fetch(`${own.health}/readyz`)).status).toBe(200);
  await owner.end('SIGTERM');
});

test('a part that ends by itself is named, and a killed parent leaves nothing behind', async () => {
  const parent = startStackProgram();
  await parent.says('{');
  const [ours, guards] = [processesOf(folder), processesOf('dist/local/guard.js')];
  const sandboxes = processesOf('dist/sandbox/main.js').filter((pid) => ours.includes(pid) && !guards.includes(pid));
  expect(sandboxes).toHaveLength(1);
  for (const pid of sandboxes) process.kill(pid, 'SIGKILL');
  expect(await parent.says('broken')).toBe(
    `broken: The sandbox ended by itself (SIGKILL). Its log: ${join(folder, 'logs', 'sandbox.log')}`,
  );
  await parent.end('SIGKILL');
  await expectNothingLeft();
});

test('a worker that ends by itself is named too, and one that was asked to end or killed is not', async () => {
  const parent = startStackProgram({
    then: `await stack.killWorker('SIGKILL'); await stack.restartWorker(); const { pid } = await stack.restartWorker();
      console.log('pid ' + pid);`,
  });
  const pid = Number((await parent.says('pid ')).slice('pid '.length));
  expect(parent.lines.filter((line) => line.startsWith('broken'))).toEqual([]);
  process.kill(pid, 'SIGKILL');
  expect(await parent.says('broken')).toBe(
    `broken: A worker ended by itself (SIGKILL). Its log: ${join(folder, 'logs', 'worker.log')}`,
  );
  await parent.end('SIGTERM');
});
