import { startSystem, type System } from '../helpers/e2e-system';
import { until } from '../helpers/until';
import { expectHeldInOneRun, expectNothingSentAgain } from './helpers/expect-held';
import { tell } from './helpers/fault';
import { openLuck } from './helpers/luck';

/** A deploy at the worst moment: TIXNGO has just taken a call in and says nothing more, so its end is its deadline of 30 s. */
const LANES = 4;
const CALL_TICKETS = 50;
const luck = openLuck('F3 hanging call');
let system: System;

beforeAll(async () => {
  system = await startSystem({
    tickets: 2_000,
    parallelCalls: LANES,
    sandboxArgs: ['--latency-ms', '150', '--ignore-idempotency-keys'],
  });
}, 120_000);
afterAll(() => system.close());

const listHung = async () => (await system.sandbox.calls()).calls.filter(({ fault }) => fault === 'silence');
const listOpen = async () => {
  const { rows } = await system.pool.query<{ key: string; over: boolean; tickets: number }>(
    `select key, deadline <= now() as over, cardinality(positions) as tickets from call where answered_at is null`,
  );
  return rows;
};

test('F3: SIGTERM while a call hangs to its deadline: exit 0 within the grace time, the call on record as open, and repeated', async () => {
  const { shutdownGraceMs } = system.stack.config.worker;
  const due = await system.listDue();
  const worker = await system.stack.addWorker();
  await system.stack.killWorker('SIGTERM');
  const run = await system.start();
  await system.accepted(luck.between(1, due.length / 2));
  await system.sandbox.addFault({ kind: 'silence', at: 'after', count: 1 });
  await until('a call hangs', async () => (await listHung()).length === 1);

  const askedAt = performance.now();
  await worker.kill('SIGTERM');
  await expect(worker.ended).resolves.toEqual({ code: 0, signal: null });
  const endedMs = performance.now() - askedAt;
  expect(endedMs).toBeLessThan(shutdownGraceMs);
  const [hung] = await listHung();
  // Known as sent and not answered, over, and of no other call: nobody waits for it, and nobody takes it for settled.
  const open = await listOpen();
  expect(open).toEqual([{ key: hung?.key, over: true, tickets: CALL_TICKETS }]);
  await until('TIXNGO has seen its connection go', async () => (await system.sandbox.callSummary()).inFlight === 0);

  const next = await system.stack.addWorker();
  await expect(system.wait(run)).resolves.toMatchObject({ completed: true, report: { outcome: 'OK' } });
  const repeats = (await system.sandbox.calls()).calls.filter(({ key }) => key === hung?.key);
  expect(repeats.map(({ ticketIds }) => ticketIds)).toEqual([hung?.ticketIds, hung?.ticketIds]);
  const counted = await expectHeldInOneRun(system, { due, lostCalls: 1, limit: LANES });
  await expectNothingSentAgain(system);
  await next.stop();
  tell('F3', 'SIGTERM while a call hangs to its deadline', {
    'exit 0 after s': Math.round(endedMs / 100) / 10,
    'grace time s': shutdownGraceMs / 1000,
    'calls left open': open.length,
    'times it was sent': repeats.length,
    ...counted,
  });
});
