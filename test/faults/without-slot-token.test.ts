import { openRun } from '../helpers/engine-run';
import { expectInvariants, expectNothingSentAgain } from '../helpers/engine-invariants';
import { addTickets } from '../helpers/engine-seed';
import { type Engine, openEngine } from '../helpers/engine-world';
import { until } from '../helpers/until';
import { tell } from './helpers/fault';
import type { Rewriting } from './helpers/rewrite';
import { ANNOUNCING, countSentTwice, repeatedWhenOver, slotToken, withoutParts } from './helpers/without';

const LANES = 4;
let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('without-slot-token', { sandbox: { ignoreIdempotencyKeys: true } });
});
afterAll(() => engine.close());

/** Place of `repetition` among the values of the announcement. */
const repetition = 32;

/** Each lane's worker freezes between a failed call and its repetition; another takes over and repeats it; the first wakes up meanwhile. */
async function wakeDuringTakeover(rewritings: readonly Rewriting[]) {
  await engine.reset();
  await addTickets(engine.database.pool, 1, LANES * 50);
  await engine.admin.addFault({ kind: 'status', status: 503, count: LANES });
  let wake: () => void = () => undefined;
  const awake = new Promise<void>((resolve) => (wake = resolve));
  let frozen = 0;
  const first = withoutParts(await engine.openWorker(), rewritings, ({ name, values }) => {
    if (name !== ANNOUNCING || values[repetition] !== true) return undefined;
    frozen += 1;
    return awake;
  });
  const run = openRun(engine);
  await run.plan();
  const ranges = Array.from({ length: LANES }, (_, i) => ({ number: i, firstBatch: i, lastBatch: i }));
  const old = ranges.map((range) => run.push(range, { worker: first.worker }));
  const settled = Promise.allSettled(old);
  await until('all lanes of the first worker are frozen', () => Promise.resolve(frozen === LANES));
  await engine.admin.addFault({ kind: 'latency', minMs: 1_500, maxMs: 1_500, count: LANES });
  const taken = Promise.all(ranges.map((range) => run.push(range)));
  await until('the second worker repeats all', async () => (await engine.admin.callSummary()).inFlight === LANES);
  wake();
  await settled;
  await taken;
  first.requireUsed();
  expect((await run.close()).report).toMatchObject({ planned: LANES * 50, delivered: LANES * 50 });
  const { maxInFlight } = await engine.admin.callSummary();
  return { batches: (await countSentTwice(engine)).batches, maxInFlight };
}

test('with the slot token a worker that was replaced announces nothing more; without it, a call under way is still not repeated; without that too, calls go out twice and beyond the limit', async () => {
  const kept = await wakeDuringTakeover([]);
  expect(kept).toEqual({ batches: 0, maxInFlight: LANES });
  await expectInvariants(engine);
  await expectNothingSentAgain(engine, () => openRun(engine).toEnd());
  const keptByCall = await wakeDuringTakeover(slotToken);
  expect(keptByCall).toEqual(kept);
  const damaged = await wakeDuringTakeover([...slotToken, ...repeatedWhenOver]);
  expect(damaged.batches).toBe(LANES);
  expect(damaged.maxInFlight).toBeGreaterThan(LANES);
  for (const [what, { batches, maxInFlight }] of [
    ['with it: replaced while frozen', kept],
    ['taken out', keptByCall],
    ['taken out, and calls under way are repeated', damaged],
  ] as const) {
    tell('without slot token', what, { 'sent twice, batches': batches, 'in flight': maxInFlight, allowed: LANES });
  }
});
