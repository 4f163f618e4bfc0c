import { readTreeCpuSeconds } from '../../bench/processes';
import type { StackWorker } from '../../local/stack-worker';
import { expectMarksEqualAccepted } from '../helpers/invariants';
import { until } from '../helpers/until';
import { countRows, countTwice } from './helpers/counts';
import { expectHeldInOneRun } from './helpers/expect-held';
import { tell } from './helpers/fault';
import { openLuck } from './helpers/luck';
import { type OwnSystem, startOwnSystem } from './helpers/own-servers';
import { openProxy, type Proxy } from './helpers/proxy';

const LANES = 4;
/** As long as reliability.md says: no interval of this worker is scaled down, 3 s without a heartbeat until Temporal gives a range away. */
const AWAY_SECONDS = 60;
const luck = openLuck('F7');
let system: OwnSystem;
let proxy: Proxy;
let worker: StackWorker;
let due: readonly string[];

beforeAll(async () => {
  system = await startOwnSystem({
    tickets: 12_000,
    parallelCalls: LANES,
    sandboxArgs: ['--latency-ms', '100', '--ignore-idempotency-keys'],
  });
  proxy = await openProxy(system.temporal.port);
  worker = await system.replaceWorker({ TEMPORAL_ADDRESS: `127.0.0.1:${String(proxy.port)}` });
  due = await system.listDue();
}, 120_000);
afterAll(async () => {
  await system.close();
  await proxy.close();
});

/** What the worker does while it has nothing to do, beside its own clock: the seconds that its row in Postgres counts. */
async function measureIdle(): Promise<{ readonly cpuShare: number }> {
  const seen = async () => {
    const { rows } = await system.pool.query<{ at: number }>(
      'select extract(epoch from max(seen_at))::double precision as at from worker',
    );
    return rows[0]?.at ?? 0;
  };
  const from = await seen();
  const cpuBefore = readTreeCpuSeconds(worker.pid);
  let now = from;
  const idle = async () => {
    now = await seen();
    return now - from >= AWAY_SECONDS;
  };
  await until('the worker has been idle for a while', idle, 2 * AWAY_SECONDS * 1_000);
  return { cpuShare: (readTreeCpuSeconds(worker.pid) - cpuBefore) / (now - from) };
}

/** What was under way goes on without Temporal and is recorded; then nothing happens. */
async function expectRecordedAndIdle(what: string): Promise<void> {
  await until('every range in flight has ended', async () => {
    const open = await countRows(system, 'call where answered_at is null');
    return open + (await countRows(system, 'call_slot where execution_id is not null')) === 0;
  });
  const before = await system.sandbox.callSummary();
  await expectMarksEqualAccepted(system);
  const recorded = await countRows(system, 'processed');
  const { cpuShare } = await measureIdle();
  expect((await system.sandbox.callSummary()).calls).toBe(before.calls);
  tell('F7', what, {
    'away s': AWAY_SECONDS,
    'accepted and not recorded': (before.tickets.injectTickets?.accepted ?? 0) - recorded,
    'CPU of a core %': (cpuShare * 100).toFixed(1),
  });
  // One that spins uses a whole core.
  expect(cpuShare).toBeLessThan(0.2);
}

test('F7: Temporal is silent, then refuses connections: work in flight is recorded, the worker is idle, and goes on when it is back', async () => {
  const run = await system.start();
  await system.accepted(Math.floor(due.length * (0.1 + 0.1 * luck.next())));
  system.temporal.signal('SIGSTOP');
  await expectRecordedAndIdle('Temporal silent (frozen)');
  system.temporal.signal('SIGCONT');

  await system.accepted(Math.floor(due.length * (0.5 + 0.1 * luck.next())));
  proxy.shut();
  await expectRecordedAndIdle('Temporal refuses connections');
  expect(proxy.refused()).toBeGreaterThan(0);
  const refused = proxy.refused();
  proxy.open();
  const backAt = performance.now();

  await expect(system.wait(run)).resolves.toMatchObject({ completed: true, report: { outcome: 'OK' } });
  tell('F7', 'Temporal back', {
    'done after s': ((performance.now() - backAt) / 1_000).toFixed(1),
    'attempts to connect meanwhile': refused,
    ...(await countTwice(system, due)),
  });
  await expectHeldInOneRun(system, { due, lostCalls: 0, limit: LANES });
});
