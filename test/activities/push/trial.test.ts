import { expectInvariants, expectWholeReports } from '../../helpers/engine-invariants';
import { type EngineRun, openRun, retried } from '../../helpers/engine-run';
import { addTickets, setParallelCalls } from '../../helpers/engine-seed';
import { type Engine, type EngineWorker, openEngine } from '../../helpers/engine-world';
import { until } from '../../helpers/until';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('trial');
});
beforeEach(async () => {
  await engine.reset();
  await setParallelCalls(engine.database.pool, { interface: 1, parallelCalls: 1 });
});
afterAll(() => engine.close());

const range = (firstBatch: number, lastBatch: number) => ({ number: firstBatch, firstBatch, lastBatch });
const poison = (first: number, last: number) =>
  engine.admin.addFault({
    kind: 'poison',
    ticketIds: Array.from({ length: last - first + 1 }, (_, i) => String(first + i)),
    how: 'call-not-naming',
    status: 400,
  });
/** Eight batches, and TIXNGO refuses each ticket of the first one. */
const planWithBadBatch = async () => {
  await addTickets(engine.database.pool, 1, 400);
  await poison(1, 50);
  const run = openRun(engine);
  await run.plan();
  return run;
};
const openGate = async () => {
  await engine.query(`update organizer_gate set not_before = null, failing_since = null, failing_code = null`);
  engine.worker.forget();
};

interface Interruption {
  readonly run: EngineRun;
  readonly cancel: () => void;
  readonly worker: EngineWorker;
}

describe('a trial that is interrupted is taken again, and the run ends after few calls more (F19)', () => {
  // A call that was lost in it may have been accepted, also where its repetition is refused (decision 21).
  test.each<[string, (of: Interruption) => Promise<unknown>, (run: EngineRun) => Promise<unknown>, number]>([
    [
      'the attempt is cancelled',
      ({ cancel }) => {
        cancel();
        return Promise.resolve();
      },
      () => Promise.resolve(),
      0,
    ],
    ['the run is paused', ({ run }) => run.setState('paused'), (run) => run.setState('running'), 0],
    [
      'TIXNGO asks for a long pause',
      () => engine.admin.addFault({ kind: 'status', status: 503, retryAfter: '60', count: 1 }),
      openGate,
      50,
    ],
    ['the worker ends', ({ worker }) => worker.close(), () => Promise.resolve(), 50],
    ['the slot is lost', () => engine.query('update call_slot set token = token + 1'), () => Promise.resolve(), 50],
  ])('%s', async (_what, interrupt, goOn, unknown) => {
    await addTickets(engine.database.pool, 1, 400);
    await poison(1, 400);
    await engine.admin.addFault({ kind: 'latency', minMs: 50, maxMs: 50 });
    const run = openRun(engine);
    await run.plan();
    const worker = await engine.openWorker();
    let cancel = (): void => undefined;
    const onStart = (given: () => void) => {
      cancel = given;
    };
    const pushed = run.push(range(0, 7), { worker, onStart }).then(
      ({ stopped }) => stopped,
      () => 'failed',
    );
    await until('the trial has begun', async () => {
      const calls = await engine.query(`select from call c join execution e on e.id = c.execution_id
        where e.trial <> 'none' and c.batch > 0 and c.answered_at is null`);
      return calls.length > 0;
    });
    await interrupt({ run, cancel, worker });
    expect(await pushed).not.toBe('ending');
    await goOn(run);
    expect(await retried(() => run.push(range(0, 7)))).toMatchObject({ stopped: 'ending' });
    expect((await run.close()).report).toMatchObject({ ending: 'all refused', delivered: 0, unknown });
    expect((await engine.admin.callSummary()).calls).toBeLessThanOrEqual(36);
    await expectWholeReports(engine);
  });
});

test('a trial of batches that need no call is none: it goes on with others, and good tickets go out', async () => {
  const run = await planWithBadBatch();
  // All of the plan but its beginning and two batches that are neither its middle nor its end.
  await engine.query(`update ticket set status = 'CANCELLED' where id between 101 and 300 or id > 350`);
  expect(await run.push(range(0, 7))).toMatchObject({ stopped: 'finished' });
  expect((await run.close()).report).toMatchObject({ ending: 'done', delivered: 100, refused: 50, skipped: 250 });
  await expectInvariants(engine);
});

test('answers of a trial that leave all tickets out are none: it goes on with others, and good tickets go out', async () => {
  const run = await planWithBadBatch();
  // The middle and the end of what the range has not come to.
  const ticketIds = [201, 351].flatMap((first) => Array.from({ length: 50 }, (_, i) => String(first + i)));
  await engine.admin.addFault({ kind: 'results', how: 'missing', ticketIds });
  expect(await run.push(range(0, 7))).toMatchObject({ stopped: 'finished' });
  expect((await run.close()).report).toMatchObject({ ending: 'done', delivered: 250, refused: 50, unknown: 100 });
  await expectInvariants(engine);
});

test('answers of a trial that refuse ticket by ticket are refusals, too: the run is over after one trial', async () => {
  await addTickets(engine.database.pool, 1, 400);
  await poison(1, 50);
  const ticketIds = Array.from({ length: 350 }, (_, i) => String(51 + i));
  await engine.admin.addFault({ kind: 'poison', ticketIds, how: 'ticket', status: 422 });
  const run = openRun(engine);
  await run.plan();
  expect(await run.push(range(0, 7))).toMatchObject({ stopped: 'ending' });
  expect(await engine.query(`select batch from call where batch > 0 order by batch`)).toEqual([
    { batch: 4 },
    { batch: 7 },
  ]);
  expect((await run.close()).report).toMatchObject({ ending: 'all refused', delivered: 0, unknown: 0 });
  await expectInvariants(engine);
});

test('trials whose answers leave all tickets out are not made with all of a plan: two, then the run is over', async () => {
  await addTickets(engine.database.pool, 1, 1_000);
  await poison(1, 50);
  const ticketIds = Array.from({ length: 950 }, (_, i) => String(51 + i));
  await engine.admin.addFault({ kind: 'results', how: 'missing', ticketIds });
  const run = openRun(engine);
  await run.plan();
  expect(await run.push(range(0, 19))).toMatchObject({ stopped: 'ending' });
  expect((await run.close()).report).toMatchObject({ ending: 'all refused', delivered: 0, unknown: 200 });
  await expectInvariants(engine);
});

test('an attempt that loses its slot in the last call of a trial does not end the run: that refusal is not on record', async () => {
  await addTickets(engine.database.pool, 1, 400);
  await poison(1, 400);
  await engine.admin.addFault({ kind: 'latency', minMs: 50, maxMs: 50 });
  const run = openRun(engine);
  await run.plan();
  const ousted = run.push(range(0, 7)).catch((error: unknown) => error);
  await until('the last call of the trial is under way', async () => {
    const calls = await engine.query(`select from call where batch = 7 and answered_at is null`);
    return calls.length > 0;
  });
  await engine.query('update call_slot set token = token + 1');
  expect(await ousted).toMatchObject({ type: 'SLOT_LOST' });
  expect(await engine.query(`select ending from execution`)).toEqual([{ ending: null }]);
});

test('a plan of nothing but refused tickets and such that need no call is not tried for ever', async () => {
  const run = await planWithBadBatch();
  await engine.query(`update ticket set status = 'CANCELLED' where id > 50`);
  expect(await run.push(range(0, 7))).toMatchObject({ stopped: 'ending' });
  expect((await run.close()).report).toMatchObject({ ending: 'all refused', skipped: 350 });
  await expectInvariants(engine);
});

test('what a trial delivered is not told as skipped when its range comes to it with an older plan (decision 3)', async () => {
  await addTickets(engine.database.pool, 1, 400);
  await poison(1, 50);
  expect(await openRun(engine).toEnd()).toMatchObject({ ending: 'done', delivered: 350, refused: 50 });
  for (const table of ['execution_undelivered', 'ticket_outcome']) {
    expect(await engine.query(`select outcome, count(*)::integer from ${table} group by 1`)).toEqual([
      { outcome: 'REFUSED', count: 50 },
    ]);
  }
  await expectInvariants(engine);
});

test('a refusal of everything that begins at the end of a slice is found in the next one: its batches are tried', async () => {
  await addTickets(engine.database.pool, 1, 4_100);
  await poison(3_951, 4_100);
  const run = openRun(engine);
  expect(await run.plan()).toMatchObject({ batches: 80, last: false });
  expect(await run.push(range(0, 79))).toMatchObject({
    stopped: 'finished',
    counts: { delivered: 3_950, refused: 50 },
  });
  const { calls: before } = await engine.admin.callSummary();
  expect(await run.plan()).toMatchObject({ batches: 2 });
  expect(await run.push(range(80, 81))).toMatchObject({ stopped: 'ending' });
  expect((await run.close()).report).toMatchObject({ ending: 'all refused', delivered: 3_950 });
  expect((await engine.admin.callSummary()).calls - before).toBeLessThanOrEqual(32);
  await expectInvariants(engine);
});
