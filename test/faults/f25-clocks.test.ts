import { expectNothingDoubled } from '../helpers/invariants';
import { callUnderWay } from '../helpers/until';
import { countTwice } from './helpers/counts';
import { expectHeldInOneRun } from './helpers/expect-held';
import { tell } from './helpers/fault';
import { openLuck } from './helpers/luck';
import { type OwnSystem, startOwnSystem } from './helpers/own-servers';
import { openProxy, type Proxy } from './helpers/proxy';
import { type Skew, skewClock } from './helpers/skewed-clock';

const LANES = 4;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const luck = openLuck('F25');
let system: OwnSystem;
let proxy: Proxy;
let due: readonly string[];
/** How wrong the clock of the API is: the proxy rewrites its Date header. */
let apiSkewMs = 0;

beforeEach(async () => {
  system = await startOwnSystem({
    tickets: 3_000,
    parallelCalls: LANES,
    sandboxArgs: ['--latency-ms', '60', '--ignore-idempotency-keys'],
  });
  due = await system.listDue();
  apiSkewMs = 0;
  proxy = await openProxy(Number(new URL(system.stack.sandboxUrl).port), () => ({ toClient: rewriteDate }));
  const url = new URL(system.stack.sandboxUrl);
  url.port = String(proxy.port);
  await system.pool.query('update interface set url = $1', [url.href.replace(/\/$/, '')]);
}, 120_000);
afterEach(async () => {
  await system.close();
  await proxy.close();
});

function rewriteDate(bytes: Buffer): Buffer {
  const head = bytes.toString('latin1');
  return Buffer.from(
    head.replace(/^Date: (.+ GMT)/im, (_line, date: string) => `Date: ${toApiTime(Date.parse(date))}`),
    'latin1',
  );
}

const toApiTime = (ms: number): string => new Date(ms + apiSkewMs).toUTCString();

const clock = (skew: Skew, zone?: string) => ({
  ...skewClock(system.folder, skew, zone),
  TIXNGO_ALLOWED_HOSTS: `${system.stack.environment.TIXNGO_ALLOWED_HOSTS ?? ''},http://127.0.0.1:${String(proxy.port)}`,
});

test.each([
  ['a day fast, the API an hour slow', 24 * HOUR_MS, -HOUR_MS],
  ['a day slow, the API an hour fast', -24 * HOUR_MS, HOUR_MS],
])(
  'F25: the clock of the worker is %s: Retry-After as a date holds for as long as TIXNGO meant',
  async (what, workerSkewMs, skewMs) => {
    apiSkewMs = skewMs;
    await system.replaceWorker(clock({ byMs: workerSkewMs }));
    const run = await system.start();
    await system.accepted(luck.between(500, 1_500));
    const pauseS = 4;
    // HTTP dates have no milliseconds: the pause counts from the second of the answer.
    const pauseUntil = toApiTime(Math.ceil(Date.now() / 1_000) * 1_000 + pauseS * 1_000);
    await system.sandbox.addFault({ kind: 'status', status: 429, count: 1, retryAfter: pauseUntil });
    await expect(system.wait(run)).resolves.toMatchObject({ completed: true, report: { outcome: 'OK' } });
    const gapMs = longestGap(await readBegins());
    tell('F25', `worker ${what}`, {
      'Retry-After s': pauseS,
      'no call for s': (gapMs / 1_000).toFixed(1),
      ...(await countTwice(system, due)),
    });
    // Read by another clock, it would be no pause at all, or one of an hour and more.
    expect(gapMs).toBeGreaterThan((pauseS - 1) * 1_000);
    expect(gapMs).toBeLessThan((pauseS + 6) * 1_000);
    await expectNothingDoubled(system);
    // The call that was answered with a pause comes again.
    await expectHeldInOneRun(system, { due, lostCalls: 1, limit: LANES });
  },
);

test('F25: a worker whose clock is a day fast dies, one that is a day slow takes over: deadlines and leases are those of the database', async () => {
  await system.sandbox.addFault({ kind: 'latency', minMs: 200, maxMs: 300 });
  const fast = await system.replaceWorker(clock({ byMs: 26 * HOUR_MS }));
  const slow = await system.addWorker(clock({ byMs: -26 * HOUR_MS }));
  const run = await system.start();
  await system.accepted(luck.between(300, 1_500));
  await callUnderWay(system.sandbox);
  await fast.kill('SIGKILL');
  const killedAt = performance.now();
  await expect(system.wait(run)).resolves.toMatchObject({ completed: true, report: { outcome: 'OK' } });
  tell('F25', 'worker a day fast killed, one a day slow takes over', {
    'done s after the kill': ((performance.now() - killedAt) / 1_000).toFixed(1),
    ...(await countTwice(system, due)),
  });
  await expectHeldInOneRun(system, { due, lostCalls: LANES, limit: LANES });
  await slow.stop();
});

test('F25: in the nights when clocks go back and forward, over and over, also for the sessions of Postgres, a run is whole', async () => {
  const name = new URL(system.stack.databaseUrl).pathname.slice(1);
  await system.pool.query(`alter database ${name} set timezone = 'Europe/Zurich'`);
  await system.sandbox.addFault({ kind: 'latency', minMs: 100, maxMs: 200 });
  const night = (moment: string) => clock({ aroundMs: Date.parse(moment) }, 'Europe/Zurich');
  const back = await system.replaceWorker(night('2026-10-25T01:00:00Z'));
  const run = await system.start();
  await system.accepted(luck.between(300, 1_500));
  await back.kill('SIGKILL');
  await system.addWorker(night('2027-03-28T01:00:00Z'));
  await expect(system.wait(run)).resolves.toMatchObject({ completed: true, report: { outcome: 'OK' } });
  tell('F25', 'both nights of the clock change, worker killed once', { ...(await countTwice(system, due)) });
  await expectHeldInOneRun(system, { due, lostCalls: LANES, limit: LANES });
});

/** When calls began, by the stand-in's clock in milliseconds. */
async function readBegins(): Promise<readonly number[]> {
  const { calls } = await system.sandbox.calls();
  return calls.map(({ at }) => Date.parse(at)).sort((a, b) => a - b);
}

function longestGap(begins: readonly number[]): number {
  return Math.max(...begins.slice(1).map((at, index) => at - (begins[index] ?? at)));
}
