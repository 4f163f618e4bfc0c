import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { StartedRun } from '../../client/runs';
import { INTERFACE, SCHEDULE, startSystem, type System } from '../helpers/e2e-system';
import { until } from '../helpers/until';
import {
  countOutcomes,
  expectComplete,
  expectDelivered,
  expectMarksEqualAccepted,
  expectNoPhantom,
  expectNothingDoubled,
  listExecutions,
  type ExecutionRow,
} from '../helpers/invariants';
import { resetRun } from '../helpers/reset-run';

/** Runs that end, or begin again, from the Temporal UI (reliability.md F37); each test goes on where the one before left the tickets. */
let system: System;
let due: readonly string[];

beforeAll(async () => {
  system = await startSystem({ tickets: 6_000, parallelCalls: 2, sandboxArgs: ['--latency-ms', '300'] });
  due = await system.listDue();
}, 120_000);
afterAll(() => system.close());

const logDocument = z.object({ outcomes: z.array(z.object({ outcome: z.string(), tickets: z.number() })) });

/** Starts a run and waits until it has sent some tickets; those of the run before may still be counted among them. */
async function startAndReach(tickets: number, start = () => system.start()): Promise<StartedRun> {
  const before = await system.sandbox.callSummary();
  const run = await start();
  await system.accepted((before.tickets.injectTickets?.accepted ?? 0) + tickets);
  return run;
}

async function lastExecution(): Promise<ExecutionRow> {
  const last = (await listExecutions(system)).at(-1);
  if (last === undefined) throw new Error('There is no execution');
  return last;
}

/** Closed as lost: in error, what was not sent NOT_TRIED, a mail written; what is shown is what the rows say. */
async function expectClosedAsLost(id: number): Promise<void> {
  const execution = (await listExecutions(system)).find((row) => row.id === id);
  expect(execution).toMatchObject({ closed: true, outcome: 'ERROR', ending: 'failed' });
  const { stdout } = await system.command('log', String(id), '--json');
  const shown: Record<string, number> = {};
  for (const { outcome, tickets } of logDocument.parse(JSON.parse(stdout)).outcomes) {
    shown[outcome] = (shown[outcome] ?? 0) + tickets;
  }
  const counts = await countOutcomes(system, id);
  expect(shown).toEqual(counts);
  expect(counts.NOT_TRIED).toBeGreaterThan(0);
  expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(execution?.planned);
  const { rows } = await system.pool.query<{ recipients: string[] }>(
    'select recipients from outbox where execution_id = $1 and sent_at is null',
    [id],
  );
  expect(rows).toEqual([{ recipients: ['ops@example.org'] }]);
  await expectNoPhantom(system);
}

test('a terminated run is closed by tixngo status: in error, the rest NOT_TRIED, with a mail', async () => {
  const run = await startAndReach(200);
  await system.open.client.workflow.getHandle(run.workflowId).terminate('by a test');
  const { code } = await system.command('status');
  expect(code).toBe(0);
  await expectClosedAsLost((await lastExecution()).id);
});

test('a run that timed out is closed by the next one, which sends the rest', async () => {
  const timedOut = await startAndReach(100, async () => {
    const handle = await system.open.client.workflow.start('injectTickets', {
      workflowId: `inject-tickets/${INTERFACE}/${SCHEDULE}-${randomUUID()}`,
      taskQueue: system.stack.config.temporal.taskQueue,
      args: [{ schedule: `${INTERFACE}/${SCHEDULE}` }],
      workflowRunTimeout: '4 seconds',
    });
    return { workflowId: handle.workflowId, firstRunId: handle.firstExecutionRunId };
  });
  await expect(system.wait(timedOut)).resolves.toMatchObject({ completed: false });
  const lost = await lastExecution();
  expect(lost.closed).toBe(false);
  // A mail is written when the reason is news: as if the run before had failed for another one.
  await system.pool.query('delete from outbox');
  await system.pool.query(`update execution set report = report - 'signature' where id < $1`, [lost.id]);
  const next = await system.start();
  await until('the next run has planned', async () => (await lastExecution()).id > lost.id);
  await expectClosedAsLost(lost.id);
  await system.open.client.workflow.getHandle(next.workflowId).cancel();
  await expect(system.wait(next)).resolves.toMatchObject({ completed: false });
  const cancelled = await lastExecution();
  expect(cancelled).toMatchObject({ closed: true, ending: 'operator', outcome: 'ERROR' });
  await expectComplete(system, cancelled.id);
});

test('a run reset in its middle goes on in its execution and sends nothing twice', async () => {
  const run = await startAndReach(200);
  const runId = await resetRun(system, run, 'first');
  const end = system.open.client.workflow.getHandle(run.workflowId, runId).result();
  await expect(end).resolves.toMatchObject({ outcome: 'OK' });
  const before = await lastExecution();
  await expectComplete(system, before.id);
  await expectDelivered(system, due);
  await expectMarksEqualAccepted(system);
  await expectNothingDoubled(system);
});

test.each(['first', 'planned'] as const)(
  'a closed run reset to its %s workflow task sends nothing and says so',
  async (point) => {
    await system.wait(await system.start({ force: 'id:100000001', simulate: true }));
    const last = await lastExecution();
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
