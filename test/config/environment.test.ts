import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../config/environment';
import { ConfigProblems } from '../../config/problems';
import { readEnvironment, RUNNING_STACK_FILE } from '../../config/read-environment';

const DATABASE_URL = 'postgres://someone:hunter2@127.0.0.1:5432/tixngo';

function problemsOf(environment: Record<string, string>): ConfigProblems {
  try {
    loadConfig(environment);
  } catch (error) {
    if (error instanceof ConfigProblems) return error;
    throw error;
  }
  throw new Error('the environment was accepted');
}

test('only the database has to be named', () => {
  expect(loadConfig({ DATABASE_URL })).toEqual({
    databaseUrl: DATABASE_URL,
    temporal: { connection: {}, address: 'localhost:7233', namespace: 'default', taskQueue: 'tixngo' },
    tixngo: { allowedHosts: [], apiKeyHeader: 'x-api-key' },
    worker: { listenAddress: '127.0.0.1', healthPort: 8080, shutdownGraceMs: 40_000 },
    logLevel: 'info',
  });
});

test('an empty variable counts as one that is not set', () => {
  expect(loadConfig({ DATABASE_URL, LOG_LEVEL: '', TEMPORAL_ADDRESS: '' }).logLevel).toBe('info');
});

test("Temporal's settings are those of its own environment variables", () => {
  const config = loadConfig({
    DATABASE_URL,
    TEMPORAL_ADDRESS: 'eu.example:7233',
    TEMPORAL_NAMESPACE: 'tickets',
    TEMPORAL_API_KEY: 'k',
  });
  expect(config.temporal).toMatchObject({
    address: 'eu.example:7233',
    namespace: 'tickets',
    connection: { apiKey: 'k' },
  });
});

test('every problem is reported at once, with name and what is allowed', () => {
  const { problems } = problemsOf({
    DATABASE_URL: 'mysql://someone:hunter2@db/x',
    TEMPORAL_ADDRESS: 'http://eu.example',
    TIXNGO_ALLOWED_HOSTS: 'good.example, user:pw@bad.example',
    TIXNGO_API_KEY_HEADER: 'a b',
    TIXNGO_TASK_QUEUE: 'a/b',
    TIXNGO_TEMPORAL_UI: 'somewhere',
    LOG_LEVEL: 'loud',
    WORKER_LISTEN_ADDRESS: 'here',
    WORKER_HEALTH_PORT: '70000',
    WORKER_METRICS_PORT: '-1',
    WORKER_SHUTDOWN_GRACE_SECONDS: '10',
  });
  expect(problems.map(({ name }) => name).sort()).toEqual([
    'DATABASE_URL',
    'LOG_LEVEL',
    'TEMPORAL_ADDRESS',
    'TIXNGO_ALLOWED_HOSTS',
    'TIXNGO_API_KEY_HEADER',
    'TIXNGO_TASK_QUEUE',
    'TIXNGO_TEMPORAL_UI',
    'WORKER_HEALTH_PORT',
    'WORKER_LISTEN_ADDRESS',
    'WORKER_METRICS_PORT',
    'WORKER_SHUTDOWN_GRACE_SECONDS',
  ]);
  for (const { allowed } of problems) expect(allowed).not.toMatch(/invalid|expected/i);
});

test('a message tells the shape of what was found, never the value', () => {
  const { message } = problemsOf({ DATABASE_URL: 'mysql://someone:hunter2@db/x' });
  expect(message).toContain('an address of 28 characters that starts with mysql://');
  expect(message).not.toContain('hunter2');
});

test('an environment without any setting is told at once what to set: what is missing, and what holds without the others', () => {
  expect(problemsOf({}).message).toBe(
    [
      'The settings cannot be used (1):',
      '  DATABASE_URL: found nothing; allowed: postgres://user:password@host:port/database',
      '  TEMPORAL_ADDRESS: not set, so Temporal is looked for at localhost:7233',
      '  TIXNGO_ALLOWED_HOSTS: not set, so interfaces may point nowhere',
    ].join('\n'),
  );
  expect(problemsOf({ DATABASE_URL: '', TEMPORAL_ADDRESS: '', TIXNGO_ALLOWED_HOSTS: '' }).unset).toHaveLength(2);
});

test('what is set, or cannot be read, is not told as unset', () => {
  const set = { TEMPORAL_ADDRESS: 'eu.example:7233', TIXNGO_ALLOWED_HOSTS: 'tixngo.example' };
  expect(problemsOf(set)).toMatchObject({ problems: [{ name: 'DATABASE_URL' }], unset: [] });
  const bad = { TEMPORAL_ADDRESS: 'http://eu.example', TIXNGO_ALLOWED_HOSTS: 'user:pw@bad.example' };
  expect(problemsOf(bad).unset).toEqual([]);
});

test('an allow-list entry may carry scheme and port', () => {
  const entries = ['tixngo.example', 'http://127.0.0.1:4711', 'https://[::1]:8443'];
  expect(loadConfig({ DATABASE_URL, TIXNGO_ALLOWED_HOSTS: entries.join(', ') }).tixngo.allowedHosts).toEqual(entries);
});

describe('settings of a folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tixngo-config-'));
    mkdirSync(join(folder, '.local'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function writeStack(pid: number): void {
    writeFileSync(
      join(folder, RUNNING_STACK_FILE),
      JSON.stringify({ pid, environment: { A_SETTING: 'stack', B: 'b' } }),
    );
  }

  test('a stack that runs in the folder is found, and .env wins over it', () => {
    writeStack(process.pid);
    writeFileSync(join(folder, '.env'), 'A_SETTING=file\n');
    expect(readEnvironment(folder)).toMatchObject({ A_SETTING: 'file', B: 'b' });
  });

  test('a stack whose process is gone is not used', () => {
    writeStack(2 ** 22 + 1);
    expect(readEnvironment(folder)).not.toHaveProperty('B');
  });
});
