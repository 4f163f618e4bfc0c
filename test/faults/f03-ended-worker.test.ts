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

/** Ends it; how long that took, and how many calls began meanwhile. */
async function endGently(worker: StackWorker): Promise<{ readonly endedMs: number; readonly calls: number }> {
  const before = await system.sandbox.callSummary();
  const askedAt = performance.now();
  // Twice: a supervisor that signals every process of a group, and a shell that passes its own on.
  process.kill(worker.pid, 'SIGTERM');
  await worker.kill('SIGTERM');
  await expect(worker.ended).resolves.toEqual({ code: 0, signal: null });
  const endedMs = performance.now() - askedAt;
  return { endedMs, calls: (await system.sandbox.callSummary()).calls - before.calls };
}

test('F3: SIGTERM in mid run: exit 0 within the grace time, nothing sent twice, the next worker does the rest', async () => {
  const { shutdownGraceMs } = system.stack.config.worker;
  const due = await system.listDue();
  let worker = await system.stack.addWorker();
  await system.stack.killWorker('SIGTERM');
  const run = await system.start();
  const ends: Awaited<ReturnType<typeof endGently>>[] = [];
  for (let deploy = 1; deploy <= DEPLOYS; deploy += 1) {
    const { tickets } = await system.sandbox.callSummary();
    await system.accepted((tickets.injectTickets?.accepted ?? 0) + luck.between(1, due.length / (DEPLOYS + 2)));
    const end = await endGently(worker);
    ends.push(end);
    // A lane ends with its call; one more may begin between the count and the signal.
    expect(end.calls).toBeLessThanOrEqual(2 * LANES);
    // Whoever ends gives everything back: no call is left open, none is under way.
    await expect(system.sandbox.callSummary()).resolves.toMatchObject({ inFlight: 0 });
    const { rows } = await system.pool.query('select from call where answered_at is null');
    expect(rows).toHaveLength(0);
    worker = await system.stack.addWorker();
  }
  await expect(system.wait(run)).resolves.toMatchObject({ completed: true, report: { outcome: 'OK' } });
  const longestMs = Math.max(...ends.map(({ endedMs }) => endedMs));
  expect(longestMs).toBeLessThan(shutdownGraceMs);
  const counted = await expectHeld(system, { due, lostCalls: 0, limit: LANES });
  await expectNothingSentAgain(system);
  tell('F3', `SIGTERM in mid run, ${String(DEPLOYS)} times`, {
    'exit 0 after s at most': Math.round(longestMs / 100) / 10,
    'calls begun after it at most': Math.max(...ends.map(({ calls }) => calls)),
    'grace time s': shutdownGraceMs / 1000,
    ...counted,
  });
});
