import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startWorker, type StackWorker } from '../../local/stack-worker';
import { startSystem, type System } from '../helpers/e2e-system';
import { lastExecution } from '../helpers/lost-run';
import { until } from '../helpers/until';
import { expectHeld, expectNothingSentAgain } from './helpers/expect-held';
import { tell } from './helpers/fault';
import { openLuck } from './helpers/luck';

/** A worker out of memory, of file descriptors, or with a promise that nobody waits for (reliability.md F34): it never hangs. */
const LANES = 4;
const TICKETS_PER_RUN = 600;
/** Connections that could not be opened: more than quick retries, over all lanes. */
const ASKED_OFTEN = 40;
const luck = openLuck('F34');
let system: System;
let due: readonly string[];
let runs = 0;
const planted: StackWorker[] = [];

beforeAll(async () => {
  system = await startSystem({
    tickets: 2_500,
    batchSize: TICKETS_PER_RUN,
    parallelCalls: LANES,
    sandboxArgs: ['--latency-ms', '150'],
  });
  due = await system.listDue();
  await system.stack.killWorker('SIGTERM');
}, 120_000);
afterAll(async () => {
  // One that hung is still there.
  for (const worker of planted) await worker.stop();
  await system.close();
});

const preload = join(__dirname, 'helpers', 'plant-fault.js');

/** A worker with a log of its own, and what is planted in it. */
async function startPlanted(name: string, nodeOptions: string, plant: string) {
  const logFolder = join(system.folder, 'logs', name);
  const environment = { ...system.stack.environment, NODE_OPTIONS: nodeOptions, PLANT: plant };
  const worker = await startWorker({ environment, logFolder });
  planted.push(worker);
  return { worker, readLog: () => readFileSync(join(logFolder, 'worker.log'), 'utf8') };
}

async function startAndReach(): Promise<Awaited<ReturnType<System['start']>>> {
  const run = await system.start();
  await system.accepted(runs * TICKETS_PER_RUN + luck.between(1, TICKETS_PER_RUN / 3));
  runs += 1;
  return run;
}

/** How the process ended and after how long; fails when it has not ended within the time. */
async function expectEnd(worker: StackWorker): Promise<number> {
  const startedAt = performance.now();
  let end: Awaited<StackWorker['ended']> | undefined;
  void worker.ended.then((value) => (end = value));
  await until('the process ends', () => Promise.resolve(end !== undefined), 60_000);
  expect(end?.code).not.toBe(0);
  return performance.now() - startedAt;
}

async function expectDone(run: Awaited<ReturnType<System['start']>>) {
  await expect(system.wait(run)).resolves.toMatchObject({ completed: true, report: { delivered: TICKETS_PER_RUN } });
  return await expectHeld(system, { due: due.slice(0, runs * TICKETS_PER_RUN), limit: LANES });
}

async function expectNextDoesRest(run: Awaited<ReturnType<System['start']>>) {
  const next = await system.stack.addWorker();
  const counted = await expectDone(run);
  await next.stop();
  return counted;
}

test('out of heap: the process ends with that cause, and the next worker does the rest', async () => {
  const megabytes = luck.between(96, 160);
  const options = `--max-old-space-size=${String(megabytes)} --require ${preload}`;
  const { worker, readLog } = await startPlanted('heap', options, 'leak');
  const run = await startAndReach();
  process.kill(worker.pid, 'SIGUSR2');
  const tookMs = await expectEnd(worker);
  expect(readLog()).toMatch(/heap out of memory/);
  tell('F34', `out of heap, ${String(megabytes)} MB`, {
    'ended after s': Math.round(tookMs / 100) / 10,
    ...(await expectNextDoesRest(run)),
  });
});

test('an unhandled rejection: the process ends with it in its log, and the next worker does the rest', async () => {
  const { worker, readLog } = await startPlanted('rejection', `--require ${preload}`, 'rejection');
  const run = await startAndReach();
  process.kill(worker.pid, 'SIGUSR2');
  const tookMs = await expectEnd(worker);
  expect(readLog()).toMatch(/planted rejection/);
  tell('F34', 'unhandled rejection', {
    'ended after s': Math.round(tookMs / 100) / 10,
    ...(await expectNextDoesRest(run)),
  });
});

test('out of file descriptors while every connection breaks: it goes on when there are some again, or ends with that cause', async () => {
  const { worker, readLog } = await startPlanted('descriptors', `--require ${preload}`, 'witness');
  const run = await startAndReach();
  const limit = (soft: string) => execFileSync('prlimit', ['--pid', String(worker.pid), `--nofile=${soft}:`]);
  const limits = readFileSync(`/proc/${String(worker.pid)}/limits`, 'utf8');
  const before = /Max open files\s+(\d+)/.exec(limits)?.[1] ?? '1024';
  let end: Awaited<StackWorker['ended']> | undefined;
  void worker.ended.then((value) => (end = value));
  process.kill(worker.pid, 'SIGUSR2');
  limit('16');
  const dropping = await system.sandbox.addFault({ kind: 'drop', at: 'before' });
  await system.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name like 'tixngo worker%'`,
  );
  const refused = () => readLog().split('witness: no descriptor').length - 1;
  const decided = () => Promise.resolve(end !== undefined || refused() >= ASKED_OFTEN);
  await until('it ended, or asked for descriptors often', decided, 30_000);
  await system.sandbox.clearFaults(dropping);
  if (end === undefined) limit(before);
  // Nobody else works meanwhile: one that hangs neither ends nor brings the run to its end.
  const finished = async () => end !== undefined || (await lastExecution(system)).closed;
  await until('it does the rest by itself, or ends', finished);
  const endedItself = end;
  if (endedItself !== undefined) {
    expect(endedItself.code).not.toBe(0);
    expect(readLog()).toMatch(/EMFILE/);
  }
  const counted = await (endedItself === undefined ? expectDone(run) : expectNextDoesRest(run));
  await worker.stop();
  tell('F34', `out of file descriptors, every connection broken: ${endedItself === undefined ? 'went on' : 'ended'}`, {
    'connections refused to it': refused(),
    ...counted,
  });
});

test('the rest of the season is sent, and nothing that was sent before', async () => {
  const last = await system.stack.addWorker();
  await expectNothingSentAgain(system);
  await last.stop();
});
