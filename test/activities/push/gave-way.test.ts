import { openRun } from '../../helpers/engine-run';
import { addTickets, setParallelCalls } from '../../helpers/engine-seed';
import { askSlot } from '../../helpers/engine-slots';
import { type Engine, openEngine } from '../../helpers/engine-world';
import { callUnderWay } from '../../helpers/until';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('gave-way');
});
beforeEach(async () => {
  await engine.reset();
  await addTickets(engine.database.pool, 1, 100);
  await setParallelCalls(engine.database.pool, { interface: 1, parallelCalls: 1 });
  await engine.query('delete from call_slot where n > 1');
});
afterAll(() => engine.close());

jest.setTimeout(60_000);

/** A run whose only lane is in its first call; a range of its own waits, and after it one of another run. */
async function openCrowded(latencyMs: number) {
  const [one, other] = [openRun(engine), openRun(engine, { simulate: true })];
  // A simulation claims nothing: it finds the same tickets.
  await other.plan();
  await one.plan();
  await engine.admin.addFault({ kind: 'latency', minMs: latencyMs, maxMs: latencyMs, count: 1 });
  const pushed = one.push({ number: 0, firstBatch: 0, lastBatch: 1 });
  await callUnderWay(engine.admin);
  expect([await askSlot(engine, one, 7), await askSlot(engine, other, 0)]).toEqual([
    { kind: 'waiting' },
    { kind: 'waiting' },
  ]);
  return { one, other, pushed };
}

test('a lane that held its slot for long gives it to another run after the call under way, and no range of its own takes it', async () => {
  // Longer than the five beats after which a slot is renewed.
  const { one, other, pushed } = await openCrowded(7_000);
  await engine.query(`update call_slot set held_since = now() - interval '11 seconds'`);
  await engine.query(`update slot_wait set until = now() + interval '1 minute'`);
  expect(await pushed).toMatchObject({ stopped: 'yielded', nextBatch: 1, counts: { delivered: 50 } });
  expect(await askSlot(engine, one, 7)).toEqual({ kind: 'waiting' });
  expect(await askSlot(engine, other, 0)).toMatchObject({ kind: 'taken' });
});

test('a lane that ends its range gives way to nobody: whoever waited longest comes next, be it of its own run', async () => {
  const { one, other, pushed } = await openCrowded(300);
  expect(await pushed).toMatchObject({ stopped: 'finished', counts: { delivered: 100 } });
  expect(await askSlot(engine, other, 0)).toEqual({ kind: 'waiting' });
  expect(await askSlot(engine, one, 7)).toMatchObject({ kind: 'taken' });
});
