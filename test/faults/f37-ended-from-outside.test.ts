import { startSystem, type System } from '../helpers/e2e-system';
import { expectComplete, listExecutions } from '../helpers/invariants';
import { expectClosedAsLost, forgetMails, lastExecution, startAndReach, startWithTimeout } from '../helpers/lost-run';
import { resetRun } from '../helpers/reset-run';
import { until } from '../helpers/until';
import { expectHeld, expectNothingSentAgain } from './helpers/expect-held';
import { tell } from './helpers/fault';
import { openLuck } from './helpers/luck';

/** Runs that end, or begin again, from the Temporal UI at random points; each test goes on where the one before left the tickets (F37). */
const LANES = 3;
const luck = openLuck('F37');
let system: System;
let due: readonly string[];

beforeAll(async () => {
  system = await startSystem({
    // More than all runs here send on a machine that is busy: the last one has to be reset in its middle.
    tickets: 12_000,
    parallelCalls: LANES,
    sandboxArgs: ['--latency-ms', '250', '--ignore-idempotency-keys'],
  });
  due = await system.listDue();
}, 120_000);
afterAll(() => system.close());
beforeEach(() => forgetMails(system));

const workflowOf = ({ workflowId }: { readonly workflowId: string }) =>
  system.open.client.workflow.getHandle(workflowId);

/** Calls that are announced and not answered. */
async function countUnderWay(execution: number): Promise<number> {
  const { rows } = await system.pool.query('select from call where execution_id = $1 and answered_at is null', [
    execution,
  ]);
  return rows.length;
}

test('terminated while its worker works: status closes it in error, with a mail; calls under way are recorded all the same', async () => {
  const run = await startAndReach(system, luck.between(1, 700));
  await workflowOf(run).terminate('by a test');
  expect(await system.command('status')).toMatchObject({ code: 0 });
  const { id } = await lastExecution(system);
  await expectClosedAsLost(system, id);
  await until('the calls under way are recorded', async () => (await countUnderWay(id)) === 0);
  const counts = await expectComplete(system, id);
  expect(Object.keys(counts).sort()).toEqual(['DELIVERED', 'NOT_TRIED']);
  tell('F37', 'terminated, its worker alive, closed by status', { ...counts, mails: 1 });
});

test('timed out: the next run closes it in error, with a mail, and is cancelled itself', async () => {
  const timedOut = await startAndReach(system, luck.between(1, 300), () => startWithTimeout(system, 3));
  await expect(system.wait(timedOut)).resolves.toMatchObject({ completed: false });
  const lost = await lastExecution(system);
  expect(lost.closed).toBe(false);
  await forgetMails(system);
  const next = await startAndReach(system, luck.between(1, 300));
  const counts = await expectClosedAsLost(system, lost.id);
  tell('F37', 'timed out, closed by the next run', { ...counts, mails: 1 });

  await workflowOf(next).cancel();
  await expect(system.wait(next)).resolves.toMatchObject({ completed: false });
  const cancelled = await lastExecution(system);
  expect(cancelled).toMatchObject({ closed: true, ending: 'operator', outcome: 'ERROR' });
  tell('F37', 'cancelled, closed at once', await expectComplete(system, cancelled.id));
});

test('reset to random points, three times: it goes on in its execution, and each ticket has been sent once', async () => {
  const executions = (await listExecutions(system)).length;
  const run = await startAndReach(system, luck.between(1, 300));
  let runId = '';
  for (let reset = 1; reset <= 3; reset += 1) {
    const { tickets } = await system.sandbox.callSummary();
    await system.accepted((tickets.injectTickets?.accepted ?? 0) + luck.between(1, 300));
    runId = await resetRun(system, run, (tasks) => luck.pick(tasks));
  }
  const end = system.open.client.workflow.getHandle(run.workflowId, runId).result();
  await expect(end).resolves.toMatchObject({ outcome: 'OK' });
  expect(await listExecutions(system)).toHaveLength(executions + 1);
  const counted = await expectHeld(system, { due, lostCalls: 0, limit: LANES });
  await expectNothingSentAgain(system);
  tell('F37', 'reset to random points, 3 times', { ...counted });
});
