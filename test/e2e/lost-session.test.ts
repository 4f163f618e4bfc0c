import { startSystem, type System } from '../helpers/e2e-system';
import { until } from '../helpers/until';
import {
  expectComplete,
  expectDelivered,
  expectMarksEqualAccepted,
  expectOnlyLostRepeated,
  expectWithinLimit,
  listExecutions,
} from '../helpers/invariants';
import { resetRun } from '../helpers/reset-run';

/** A worker that loses its database session, but not its life: its calls are under way, and nobody may repeat them. */
const LANES = 2;
let system: System;
let due: readonly string[];

beforeEach(async () => {
  system = await startSystem({
    tickets: 700,
    parallelCalls: LANES,
    sandboxArgs: ['--latency-ms', '1500', '--ignore-idempotency-keys'],
  });
  due = await system.listDue();
}, 120_000);
afterEach(() => system.close());

const queryOne = async (text: string): Promise<unknown> => {
  const { rows } = await system.pool.query<{ value: unknown }>(text);
  return rows[0]?.value;
};

const sessionPid = (): Promise<unknown> => queryOne(`select backend_pid as value from worker order by id desc limit 1`);

/** Begins a run, harms the session while calls are under way, resets the run at once. Nothing may go out twice. */
async function harmAndReset(harm: (pid: number) => Promise<void>): Promise<void> {
  const run = await system.start();
  await system.accepted(LANES * 50);
  await until('calls are under way', async () => (await system.sandbox.callSummary()).inFlight === LANES);
  const pid = await sessionPid();
  await harm(Number(pid));
  const runId = await resetRun(system, run, 'planned');
  const end = system.open.client.workflow.getHandle(run.workflowId, runId).result();
  await expect(end).resolves.toMatchObject({ outcome: 'OK' });
  const [execution] = await listExecutions(system);
  await expectComplete(system, execution?.id ?? 0);
  await expectDelivered(system, due);
  await expectMarksEqualAccepted(system);
  await expectOnlyLostRepeated(system, 0);
  await expectWithinLimit(system, LANES);
  // One worker lived through it all: its row says so, under another connection.
  expect(await queryOne('select count(*)::integer as value from worker')).toBe(1);
  expect(await sessionPid()).not.toBe(pid);
}

test('the session is terminated and the run is reset: the worker proves its row again, and no call goes out twice', async () => {
  await harmAndReset(async (pid) => {
    expect(await queryOne(`select pg_terminate_backend(${String(pid)}) as value`)).toBe(true);
  });
});

test('a backend crashes, Postgres recovers and the run is reset: no call goes out twice', async () => {
  // Idle connections of a pool are told of the crash, too.
  system.pool.on('error', () => undefined);
  await harmAndReset(async (pid) => {
    process.kill(pid, 'SIGKILL');
    await until('Postgres has recovered', async () => {
      try {
        return (await sessionPid()) !== pid;
      } catch {
        return false;
      }
    });
  });
});
