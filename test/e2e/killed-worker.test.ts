import { startSystem, type System } from '../helpers/e2e-system';
import {
  expectComplete,
  expectDelivered,
  expectMarksEqualAccepted,
  expectOnlyLostRepeated,
  expectWithinLimit,
  listExecutions,
} from '../helpers/invariants';

const LANES = 4;
let system: System;

beforeAll(async () => {
  system = await startSystem({
    tickets: 4_000,
    parallelCalls: LANES,
    sandboxArgs: ['--latency-ms', '20', '--ignore-idempotency-keys'],
  });
}, 120_000);
afterAll(() => system.close());

test('F1: killed three times in mid run, each ticket is delivered; at most one call per lane and kill goes out again', async () => {
  const due = await system.listDue();
  const run = await system.start();
  const kills = [0.15, 0.4, 0.7];
  let restartedAt = 0;
  for (const share of kills) {
    await system.accepted(Math.floor(due.length * share));
    await system.stack.killWorker('SIGKILL');
    await system.stack.restartWorker();
    restartedAt = Date.now();
  }
  await expect(system.wait(run)).resolves.toMatchObject({ completed: true, report: { outcome: 'OK' } });
  expect(Date.now() - restartedAt).toBeLessThan(12_000);
  const [execution] = await listExecutions(system);
  await expect(expectComplete(system, execution?.id ?? 0)).resolves.toEqual({ DELIVERED: due.length });
  await expectDelivered(system, due);
  await expectMarksEqualAccepted(system);
  await expectOnlyLostRepeated(system, kills.length * LANES);
  await expectWithinLimit(system, LANES);
});

test('P7: running it again sends nothing', async () => {
  const before = await system.sandbox.callSummary();
  await expect(system.wait(await system.start())).resolves.toMatchObject({ completed: true });
  await expect(system.sandbox.callSummary()).resolves.toEqual(before);
});
