import { disturbed } from '../../helpers/disturbed-worker';
import { expectInvariants, expectWholeReports } from '../../helpers/engine-invariants';
import { openRun } from '../../helpers/engine-run';
import { addTickets, setParallelCalls } from '../../helpers/engine-seed';
import { type Engine, type EngineWorker, openEngine } from '../../helpers/engine-world';
import { callUnderWay, until } from '../../helpers/until';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('takeover');
});
beforeEach(async () => {
  await engine.reset();
  await setParallelCalls(engine.database.pool, { interface: 1, parallelCalls: 1 });
});
afterAll(() => engine.close());

const range = (lastBatch: number) => ({ number: 0, firstBatch: 0, lastBatch });
/** Long enough for what a test does meanwhile. */
const slowCall = () => engine.admin.addFault({ kind: 'latency', minMs: 1_500, maxMs: 1_500, count: 1 });
const takenOver = () =>
  until(
    'another attempt has the slot',
    async () => (await engine.query(`select from call_slot where token > 1`)).length > 0,
  );
const inFlight = async () => (await engine.admin.callSummary()).maxInFlight;
/** Nobody waited for a deadline: the first call had most of its 30 s when the last one was announced. */
const waitedForAnswers = () =>
  engine.query(`select max(announced_at) < min(announced_at) + interval '20 seconds' as yes from call`);

/** The same worker, and how often it has asked to announce or to record. */
const countAsked = (counted: EngineWorker) => {
  let asked = 0;
  const worker = disturbed(counted, 'push-record-and-announce', (send) => {
    asked += 1;
    return send();
  });
  return { worker, asked: () => asked };
};

/** The same worker, which records no answer before it is released. */
const holdAnswers = (held: EngineWorker) => {
  let [isHeld, isReleased] = [false, false];
  const worker = disturbed(held, 'push-record-and-announce', async (send, values) => {
    const bringsAnswer = values[21] !== null;
    if (bringsAnswer) {
      isHeld = true;
      await until('it is released', () => Promise.resolve(isReleased));
    }
    return await send();
  });
  const release = () => {
    isReleased = true;
  };
  return { worker, release, answered: () => until('it has an answer', () => Promise.resolve(isHeld)) };
};

describe('a range that is taken over makes no call beside the one that the attempt before has under way (P6)', () => {
  test.each([
    ['is delivered', undefined],
    ['is refused whole', 400 as const],
  ])('nor does another run when it leaves; it follows once that call %s', async (_what, status) => {
    await addTickets(engine.database.pool, 1, 50);
    await slowCall();
    if (status !== undefined) await engine.admin.addFault({ kind: 'status', status, count: 1 });
    const [run, older, newer] = [openRun(engine), await engine.openWorker(), await engine.openWorker()];
    await run.plan();
    const lost = run.push(range(0), { worker: older }).catch((error: unknown) => error);
    await callUnderWay(engine.admin);
    const left = run.push(range(0), { worker: newer });
    await takenOver();
    newer.drain();
    expect(await left).toMatchObject({ stopped: 'yielded' });
    await addTickets(engine.database.pool, 51, 100);
    const other = openRun(engine);
    await other.plan();
    expect(await other.push(range(0))).toMatchObject({ stopped: 'finished', counts: { delivered: 50 } });
    await lost;
    expect(await run.push(range(0))).toMatchObject({ stopped: 'finished' });
    expect(await inFlight()).toBe(1);
    expect(await waitedForAnswers()).toEqual([{ yes: true }]);
    await run.close();
    await other.close();
    await expectInvariants(engine);
  });

  test('nor does it ask for one as long as that call is of the batch that it has come to', async () => {
    await addTickets(engine.database.pool, 1, 50);
    await slowCall();
    const [run, older] = [openRun(engine), await engine.openWorker()];
    const newer = countAsked(await engine.openWorker());
    await run.plan();
    const lost = run.push(range(0), { worker: older }).catch((error: unknown) => error);
    await callUnderWay(engine.admin);
    expect(await run.push(range(0), { worker: newer.worker })).toMatchObject({ counts: { delivered: 50 } });
    // To record that nothing was left to do.
    expect(newer.asked()).toBe(1);
    await lost;
    await run.close();
    await expectInvariants(engine);
  });

  test('nor does it in a trial, whose calls are of other batches', async () => {
    await addTickets(engine.database.pool, 1, 400);
    await engine.admin.addFault({ kind: 'status', status: 400 });
    await slowCall();
    const [run, older, newer] = [openRun(engine), await engine.openWorker(), await engine.openWorker()];
    await run.plan();
    await engine.query(
      `update execution set whole_refusals_in_a_row = 2, calls_without_acceptance = 30, narrowing_range = 0`,
    );
    const lost = run.push(range(7), { worker: older }).catch((error: unknown) => error);
    await callUnderWay(engine.admin);
    expect(await engine.query(`select batch from call`)).not.toEqual([{ batch: 0 }]);
    const asking = countAsked(newer);
    const end = await run.push(range(7), { worker: asking.worker });
    // Every quarter of a second while it waits, and some times for what it sends itself.
    expect(asking.asked()).toBeLessThan(20);
    expect(await inFlight()).toBe(1);
    expect(end).toMatchObject({ stopped: 'ending' });
    expect(await lost).toMatchObject({ type: 'SLOT_LOST' });
    expect(await waitedForAnswers()).toEqual([{ yes: true }]);
    expect((await run.close()).report).toMatchObject({ ending: 'all refused', unknown: 50, notTried: 350 });
    await expectWholeReports(engine);
  });
});

test('a newer attempt whose repetition fails once the older one has recorded its answer does not wait at the gate to repeat it again', async () => {
  await addTickets(engine.database.pool, 1, 100);
  const [run, newer] = [openRun(engine), await engine.openWorker()];
  await run.plan();
  const older = holdAnswers(await engine.openWorker());
  const lost = run.push(range(1), { worker: older.worker }).catch((error: unknown) => error);
  await older.answered();
  await engine.query(`update call set deadline = now()`);
  await slowCall();
  await engine.admin.addFault({ kind: 'status', status: 503, retryAfter: '1', count: 1 });
  const followed = run.push(range(1), { worker: newer });
  await callUnderWay(engine.admin);
  older.release();
  expect(await lost).toMatchObject({ type: 'SLOT_LOST' });
  // Else it would give up after 10 s: the gate opens by a probe, and there is nothing left of this call to probe with.
  expect(await followed).toMatchObject({ stopped: 'finished', counts: { delivered: 100 } });
  expect((await engine.admin.callSummary()).calls).toBe(3);
  await run.close();
  await expectInvariants(engine);
});
