import { startSystem, type System } from '../helpers/e2e-system';
import type { StackWorker } from '../../local/stack-worker';
import { expectHeld, expectNothingSentAgain } from './helpers/expect-held';
import { tell } from './helpers/fault';
import { openLuck } from './helpers/luck';

/** Each SIGTERM is a deploy: the next worker starts when the one before has ended. */
const DEPLOYS = 4;
const LANES = 4;
const LATENCY_MS = 300;
const luck = openLuck('F3');
let system: System;

beforeAll(async () => {
  system = await startSystem({
    tickets: 4_000,
    parallelCalls: LANES,
    sandboxArgs: ['--latency-ms', String(LATENCY_MS), '--ignore-idempotency-keys'],
  });
}, 120_000);
afterAll(() => system.close());

async function endGently(worker: StackWorker): Promise<number> {
  const askedAt = performance.now();
  // Twice: a supervisor that signals every process of a group, and a shell that passes its own on.
  process.kill(worker.pid, 'SIGTERM');
  await worker.kill('SIGTERM');
  await expect(worker.ended).resolves.toEqual({ code: 0, signal: null });
  return performance.now() - askedAt;
}

test('F3: SIGTERM in mid run: exit 0 within the grace time, nothing sent twice, the next worker does the rest', async () => {
  const { shutdownGraceMs } = system.stack.config.worker;
  const due = await system.listDue();
  let worker = await system.stack.addWorker();
  await system.stack.killWorker('SIGTERM');
  const run = await system.start();
  const endedMs: number[] = [];
  for (let deploy = 1; deploy <= DEPLOYS; deploy += 1) {
    const { tickets } = await system.sandbox.callSummary();
    await system.accepted((tickets.injectTickets?.accepted ?? 0) + luck.between(1, due.length / (DEPLOYS + 2)));
    endedMs.push(await endGently(worker));
    // Whoever ends gives everything back: no call is left open, none is under way.
    await expect(system.sandbox.callSummary()).resolves.toMatchObject({ inFlight: 0 });
    const { rows } = await system.pool.query('select from call where answered_at is null');
    expect(rows).toHaveLength(0);
    worker = await system.stack.addWorker();
  }
  await expect(system.wait(run)).resolves.toMatchObject({ completed: true, report: { outcome: 'OK' } });
  expect(Math.max(...endedMs)).toBeLessThan(shutdownGraceMs);
  const counted = await expectHeld(system, { due, lostCalls: 0, limit: LANES });
  await expectNothingSentAgain(system);
  tell('F3', `SIGTERM in mid run, ${String(DEPLOYS)} times`, {
    'exit 0 after s at most': Math.round(Math.max(...endedMs) / 100) / 10,
    'grace time s': shutdownGraceMs / 1000,
    ...counted,
  });
});
