import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../local/free-port';
import { startWorker } from '../../local/stack-worker';
import { startSystem, type System } from '../helpers/e2e-system';
import { until } from '../helpers/until';
import {
  expectComplete,
  expectDelivered,
  expectMarksEqualAccepted,
  expectNothingDoubled,
  listExecutions,
} from '../helpers/invariants';
import { expectClosedAsLost, forgetMails, lastExecution, startAndReach, startWithTimeout } from '../helpers/lost-run';
import { resetRun } from '../helpers/reset-run';

/** Runs that end, or begin again, from the Temporal UI (reliability.md F37); each test goes on where the one before left the tickets. */
let system: System;
let due: readonly string[];

beforeAll(async () => {
  system = await startSystem({ tickets: 6_000, parallelCalls: 2, sandboxArgs: ['--latency-ms', '300'] });
  due = await system.listDue();
}, 120_000);
afterAll(() => system.close());

test('a terminated run is closed by tixngo status: in error, the rest NOT_TRIED, with a mail', async () => {
  const run = await startAndReach(system, 200);
  await system.open.client.workflow.getHandle(run.workflowId).terminate('by a test');
  const { code } = await system.command('status');
  expect(code).toBe(0);
  await expectClosedAsLost(system, (await lastExecution(system)).id);
});

test('a run that was terminated while no worker ran is closed by the next worker, before it says that it is ready', async () => {
  await forgetMails(system);
  const run = await startAndReach(system, 100);
  await system.stack.killWorker('SIGTERM');
  await system.open.client.workflow.getHandle(run.workflowId).terminate('by a test');
  await system.stack.restartWorker();
  await expectClosedAsLost(system, (await lastExecution(system)).id);
});

test('a worker that is asked to end during its first task finishes it first', async () => {
  await forgetMails(system);
  const run = await startAndReach(system, 100);
  await system.stack.killWorker('SIGTERM');
  await system.open.client.workflow.getHandle(run.workflowId).terminate('by a test');
  const lost = await lastExecution(system);
  const give = new AbortController();
  const logFolder = mkdtempSync(join(tmpdir(), 'tixngo-first-task-'));
  const healthPort = await freePort();
  const blocker = await system.pool.connect();
  let end: string | undefined;
  await blocker.query('begin');
  await blocker.query('select from execution where id = $1 for update', [lost.id]);
  const { environment } = system.stack;
  const starting = startWorker({ environment, logFolder, healthPort, signal: give.signal }).then(() => 'ready', String);
  const ended = starting.then((how) => (end = how));
  try {
    await until('its first task waits for the run', async () => {
      if (end !== undefined) throw new Error(`It did not wait for its first task: ${end}`);
      const { rows } = await system.pool.query(
        `select from pg_stat_activity
         where datname = current_database() and application_name = 'tixngo worker' and wait_event_type = 'Lock'`,
      );
      return rows.length > 0;
    });
    give.abort();
    await until('it ends', async () => !(await fetch(`http://127.0.0.1:${String(healthPort)}/healthz`)).ok);
    await blocker.query('commit');
    await expect(ended).resolves.toMatch(/ended \(exit 0\)/);
  } finally {
    // Its connection is closed: nothing stays locked, however the test ended.
    blocker.release(true);
    give.abort();
    await ended;
    rmSync(logFolder, { recursive: true, force: true });
  }
  await expectClosedAsLost(system, lost.id);
  await system.stack.restartWorker();
});

test('a run that timed out is closed by the next one, which sends the rest', async () => {
  const timedOut = await startAndReach(system, 100, () => startWithTimeout(system, 4));
  await expect(system.wait(timedOut)).resolves.toMatchObject({ completed: false });
  const lost = await lastExecution(system);
  expect(lost.closed).toBe(false);
  await forgetMails(system);
  const next = await system.start();
  await until('the next run has planned', async () => (await lastExecution(system)).id > lost.id);
  await expectClosedAsLost(system, lost.id);
  await system.open.client.workflow.getHandle(next.workflowId).cancel();
  await expect(system.wait(next)).resolves.toMatchObject({ completed: false });
  const cancelled = await lastExecution(system);
  expect(cancelled).toMatchObject({ closed: true, ending: 'operator', outcome: 'ERROR' });
  const told: unknown = expect.stringMatching(/^Stopped: the workflow was cancelled\. \d+ tickets not tried/);
  expect(cancelled.report).toMatchObject({ message: told });
  await expectComplete(system, cancelled.id);
});

test('a run reset in its middle goes on in its execution and sends nothing twice', async () => {
  const run = await startAndReach(system, 200);
  const runId = await resetRun(system, run, 'first');
  const end = system.open.client.workflow.getHandle(run.workflowId, runId).result();
  await expect(end).resolves.toMatchObject({ outcome: 'OK' });
  const before = await lastExecution(system);
  await expectComplete(system, before.id);
  await expectDelivered(system, due);
  await expectMarksEqualAccepted(system);
  await expectNothingDoubled(system);
});

test.each(['first', 'planned'] as const)(
  'a closed run reset to its %s workflow task sends nothing and says so',
  async (point) => {
    await system.wait(await system.start({ force: 'id:100000001', simulate: true }));
    const last = await lastExecution(system);
    const calls = await system.sandbox.callSummary();
    const executions = await listExecutions(system);
    const runId = await resetRun(system, { workflowId: last.workflowId, firstRunId: '' }, point);
    const end = system.open.client.workflow.getHandle(last.workflowId, runId).result();
    const message: unknown = expect.stringContaining(`tixngo again ${String(last.id)}`);
    await expect(end).rejects.toMatchObject({ cause: { message } });
    await expect(system.sandbox.callSummary()).resolves.toEqual(calls);
    await expect(listExecutions(system)).resolves.toEqual(executions);
  },
);
