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
import { isTakenOver, listCalls, listHeld, settleFrozen, startTakeover } from '../helpers/slots';

const LANES = 3;
let system: System;

beforeAll(async () => {
  system = await startSystem({
    tickets: 3_000,
    parallelCalls: LANES,
    sandboxArgs: ['--latency-ms', '30', '--ignore-idempotency-keys'],
  });
}, 120_000);
afterAll(() => system.close());

test('F4: a second worker takes over from a frozen one, which announces nothing more when it wakes', async () => {
  const due = await system.listDue();
  const run = await system.start();
  await system.accepted(Math.floor(due.length / 5));
  await system.stack.killWorker('SIGSTOP');
  await settleFrozen(system);
  const frozen = await listHeld(system);
  expect(frozen).toHaveLength(LANES);
  const before = new Set(await listCalls(system, frozen));
  const second = startTakeover(system);
  // The new owners have the slots and wait for the calls of the old ones to be over: only the token keeps these from going on.
  // The frozen worker's open polls swallow a task each before the server hands any to the second one.
  await until('every slot has a new owner', () => isTakenOver(system, frozen), 150_000);
  await system.stack.killWorker('SIGCONT');
  await expect(system.wait(run)).resolves.toMatchObject({ completed: true, report: { outcome: 'OK' } });
  expect((await listCalls(system, frozen)).filter((call) => !before.has(call))).toEqual([]);
  const [execution] = await listExecutions(system);
  await expect(expectComplete(system, execution?.id ?? 0)).resolves.toEqual({ DELIVERED: due.length });
  await expectDelivered(system, due);
  await expectMarksEqualAccepted(system);
  await expectOnlyLostRepeated(system, LANES);
  await expectWithinLimit(system, 2 * LANES);
  await (await second).stop();
}, 240_000);
