import type { StartedRun } from '../../client/runs';
import { found, until } from '../helpers/until';
import { type BusySystem, startBusySystem } from './helpers/busy-system';
import { tell } from './helpers/fault';
import { openLuck } from './helpers/luck';
import { arrivedAt, callsBetween, recoveredAfter } from './helpers/rates';

const LANES = 4;
const LATENCY_MS = 80;
const luck = openLuck('p06-f12');
let busy: BusySystem;
let due: readonly string[];
let runs: readonly StartedRun[];

beforeAll(async () => {
  busy = await startBusySystem({
    tickets: 5_500,
    parallelCalls: LANES,
    ticketIterationSize: 5,
    apiKey: () => '{ env: E2E_TIXNGO_KEY }',
    sandboxArgs: ['--latency-ms', String(LATENCY_MS)],
  });
  due = await busy.listDue();
  runs = await busy.startAll();
}, 120_000);
afterAll(() => busy.close());

const accepted = async () => (await busy.system.sandbox.callSummary()).tickets.injectTickets?.accepted ?? 0;
const moreAccepted = async (tickets: number) => busy.system.accepted((await accepted()) + tickets);
const maxInFlight = async () => (await busy.system.sandbox.callSummary()).maxInFlight;
const listCalls = async () => (await busy.system.sandbox.calls()).calls;
const inSeconds = (ms: number) => Math.round(ms / 10) / 100;

async function countOpen(): Promise<number> {
  const { rows } = await busy.system.pool.query(`select from execution where closed_at is null and planned > 0`);
  return rows.length;
}

test('P6: several executions on two workers never have more calls in flight than the account allows, also after SIGKILL', async () => {
  await moreAccepted(200);
  const executions = await countOpen();
  expect(executions).toBeGreaterThanOrEqual(2);
  const workers = await found('both workers have slots', async () => {
    const { rows } = await busy.system.pool.query(
      `select distinct worker_id from call_slot where execution_id is not null`,
    );
    return rows.length >= 2 ? rows.length : undefined;
  });
  await moreAccepted(luck.between(50, 400));
  await busy.system.stack.killWorker('SIGKILL');
  await busy.system.stack.restartWorker();
  await moreAccepted(300);
  expect(await maxInFlight()).toBeLessThanOrEqual(LANES);
  tell('P6', 'several executions on 2 workers, one killed', {
    executions,
    'workers with slots': workers,
    setting: LANES,
    'most in flight': await maxInFlight(),
  });
});

test('F11: 429 holds every lane of all executions and workers', async () => {
  const pauseMs = luck.between(2, 3) * 1_000;
  await busy.system.sandbox.addFault({ kind: 'status', status: 429, retryAfter: String(pauseMs / 1_000), count: 1 });
  await until('429 was answered', async () => (await listCalls()).some(({ status }) => status === 429));
  await moreAccepted(LANES * 5 * 3);
  const calls = await listCalls();
  const refused = calls.find(({ status }) => status === 429);
  if (refused === undefined) throw new Error('no call met the fault');
  const answeredAt = arrivedAt(refused) + LATENCY_MS;
  // Counted by the stand-in's clock: 50 ms at both ends are the way there and back.
  const during = callsBetween(calls, answeredAt + 50, answeredAt + pauseMs - 50);
  expect(during.length).toBeLessThanOrEqual(LANES);
  const next = calls.find((call) => arrivedAt(call) >= answeredAt + pauseMs - 50);
  tell('F11', '429 over processes, several executions', {
    'pause s': pauseMs / 1_000,
    'calls begun in it': during.length,
    'first call after it s': next === undefined ? 'none' : inSeconds(arrivedAt(next) - answeredAt - pauseMs),
  });
});

test('F12: everything fails: from 5 s on one call a second in all; full rate within 15 s after it heals', async () => {
  const beforeFrom = Date.now();
  await moreAccepted(800);
  const brokenAt = Date.now();
  const status = luck.pick([500, 502, 503, 504]);
  await busy.system.sandbox.addFault({ kind: 'status', status });
  const lateCalls = async () => callsBetween(await listCalls(), brokenAt + 5_000, Infinity);
  await until('probes', async () => (await lateCalls()).length >= 10);
  const healedAt = Date.now();
  await busy.system.sandbox.clearFaults();
  const ends = await busy.waitAll(runs);
  const calls = await listCalls();
  const before = callsBetween(calls, beforeFrom, brokenAt).length / ((brokenAt - beforeFrom) / 1_000);
  const probes = callsBetween(calls, brokenAt + 5_000, healedAt);
  const gaps = probes.slice(1).map((call, index) => arrivedAt(call) - arrivedAt(probes[index] ?? call));
  expect(probes.length).toBeLessThanOrEqual(Math.ceil((healedAt - brokenAt - 5_000) / 1_000) + 1);
  const recovered = recoveredAfter(calls, { from: healedAt, perSecond: 0.9 * before, overMs: 2_000 });
  expect(recovered).toBeLessThanOrEqual(15_000);
  for (const end of ends) expect(end).toMatchObject({ completed: true, report: { outcome: 'OK' } });
  expect(await maxInFlight()).toBeLessThanOrEqual(LANES);
  await busy.expectAll(due);
  tell('F12', `${String(status)} for every call, several executions on 2 workers`, {
    'outage s': inSeconds(healedAt - brokenAt),
    'calls in its first 5 s': callsBetween(calls, brokenAt, brokenAt + 5_000).length,
    'calls later': probes.length,
    'least gap s': inSeconds(Math.min(...gaps)),
    'calls/s before': Math.round(before),
    'full rate after s': recovered === undefined ? 'never' : inSeconds(recovered),
  });
});
