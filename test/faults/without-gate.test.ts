import { cutIntoRanges } from '../../core/push/ranges';
import { expectInvariants } from '../helpers/engine-invariants';
import { openRun, retried, type EngineRun } from '../helpers/engine-run';
import { addTickets } from '../helpers/engine-seed';
import { type Engine, type EngineWorker, openEngine } from '../helpers/engine-world';
import { until } from '../helpers/until';
import { tell } from './helpers/fault';
import type { Rewriting } from './helpers/rewrite';
import { gate, withoutParts } from './helpers/without';

const LANES = 4;
const PAUSE_MS = 2_000;
let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('without-gate', { sandbox: { latencyMs: 20 } });
});
afterAll(() => engine.close());

interface Course {
  readonly run: EngineRun;
  readonly done: Promise<unknown>;
  readonly requireUsed: () => void;
}

/** Four lanes, two on each of two workers. The gate is a row and its mirror in a worker's memory: both are there, or both are out. */
async function startOnTwoWorkers(tickets: number, rewritings: readonly Rewriting[]): Promise<Course> {
  await engine.reset();
  await addTickets(engine.database.pool, 1, tickets);
  const own = [await engine.openWorker(), await engine.openWorker()].map((worker) => {
    const without = withoutParts(worker, rewritings);
    return rewritings.length === 0 ? without : { ...without, worker: { ...without.worker, pauses: forgetful } };
  });
  const run = openRun(engine);
  const { firstBatch, batches } = await run.plan();
  const ranges = cutIntoRanges(firstBatch, batches, LANES);
  const done = Promise.all(
    ranges.map((range, lane) => {
      const worker = own[lane % own.length]?.worker;
      return retried(() => run.push(range, worker === undefined ? {} : { worker }));
    }),
  );
  return {
    run,
    done,
    requireUsed: () => {
      for (const { requireUsed } of own) requireUsed();
    },
  };
}

const forgetful: EngineWorker['pauses'] = { remainingMs: () => 0, pause: () => undefined };

/** Calls that begin after a 429 was answered and before the time that it asked for. */
async function countCallsInPause(rewritings: readonly Rewriting[]): Promise<number> {
  const { run, done, requireUsed } = await startOnTwoWorkers(2_000, rewritings);
  await until('some calls', async () => (await engine.admin.callSummary()).calls >= LANES);
  await engine.admin.addFault({ kind: 'status', status: 429, retryAfter: String(PAUSE_MS / 1_000), count: 1 });
  await done;
  requireUsed();
  expect((await run.close()).report).toMatchObject({ outcome: 'OK', delivered: 2_000 });
  await expectInvariants(engine);
  const { calls } = await engine.admin.calls();
  const refused = calls.find(({ status }) => status === 429);
  if (refused === undefined) throw new Error('no call met the fault');
  const ends = Date.parse(refused.at) + PAUSE_MS;
  return calls.filter(({ at, number }) => number > refused.number && Date.parse(at) < ends).length;
}

test('with the gate Retry-After holds every lane of both workers; without it, they go on', async () => {
  const kept = await countCallsInPause([]);
  // What was under way or announced at that moment: one call per lane.
  expect(kept).toBeLessThanOrEqual(LANES);
  const damaged = await countCallsInPause(gate);
  expect(damaged).toBeGreaterThan(LANES);
  tell('without gate', 'with it: 429 with Retry-After 2 s, two workers', { 'calls in the pause': kept });
  tell('without gate', 'taken out: the same', { 'calls in the pause': damaged });
});

/** Calls a second while every call fails, from the time on at which the gate is closed. */
async function countCallsPerSecond(rewritings: readonly Rewriting[], counted: number): Promise<number> {
  const { run, done, requireUsed } = await startOnTwoWorkers(600, rewritings);
  const fault = await engine.admin.addFault({ kind: 'status', status: 503 });
  await until('the gate is closed', async () => {
    const rows = await engine.query(`select from organizer_gate where failing_since < now() - interval '1 second'`);
    return rows.length === 1;
  });
  const before = (await engine.admin.calls()).calls.length;
  await until('so many more', async () => (await engine.admin.calls()).calls.length >= before + counted);
  const later = (await engine.admin.calls()).calls.slice(before);
  await engine.admin.clearFaults(fault);
  await done;
  requireUsed();
  expect((await run.close()).report).toMatchObject({ outcome: 'OK', delivered: 600 });
  await expectInvariants(engine);
  const times = later.map(({ at }) => Date.parse(at));
  const spanMs = Math.max(1, Math.max(...times) - Math.min(...times));
  return Math.round(((times.length - 1) * 10_000) / spanMs) / 10;
}

test('with the gate a failing TIXNGO gets one call a second in all; without it, as many as lanes can make', async () => {
  const kept = await countCallsPerSecond([], 4);
  expect(kept).toBeLessThanOrEqual(1.2);
  const damaged = await countCallsPerSecond(gate, 100);
  expect(damaged).toBeGreaterThan(10);
  tell('without gate', 'with it: every call 503, two workers', { 'calls per s': kept });
  tell('without gate', 'taken out: every call 503', { 'calls per s': damaged });
});
