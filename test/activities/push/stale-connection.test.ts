import { expectInvariants } from '../../helpers/engine-invariants';
import { openRun } from '../../helpers/engine-run';
import { addTickets, setParallelCalls } from '../../helpers/engine-seed';
import { type Engine, openEngine } from '../../helpers/engine-world';
import { until } from '../../helpers/until';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('stale-connection');
});
beforeEach(() => engine.reset());
afterAll(() => engine.close());

describe('a stale connection loses the answer to a call that TIXNGO took, and the unseen repetition is refused whole', () => {
  /** Until the second sending of the second call, which will be refused, is under way. */
  const repetitionRefused = async () => {
    await setParallelCalls(engine.database.pool, { interface: 1, parallelCalls: 1 });
    await addTickets(engine.database.pool, 1, 100);
    const run = openRun(engine);
    await run.plan();
    // Its connection is kept alive.
    await run.push({ number: 0, firstBatch: 0, lastBatch: 0 });
    await engine.admin.addFault({ kind: 'drop', at: 'after', count: 1 });
    await engine.admin.addFault({ kind: 'status', status: 400, code: 'BAD', count: 1 });
    await engine.admin.addFault({ kind: 'latency', minMs: 300, maxMs: 300, count: 2 });
    const pushed = run.push({ number: 1, firstBatch: 1, lastBatch: 1 });
    await until('TIXNGO took it, and it goes out again', async () => {
      const { count } = await engine.admin.stateSummary();
      return count === 100 && (await engine.admin.callSummary()).inFlight === 1;
    });
    return { run, pushed };
  };

  test('the run is stopped: its tickets end UNKNOWN, not NOT_TRIED', async () => {
    const { run, pushed } = await repetitionRefused();
    await run.setState('stopping');
    expect(await pushed).toMatchObject({ stopped: 'ending' });
    expect((await run.close('operator')).report).toMatchObject({ delivered: 50, unknown: 50, notTried: 0 });
    await expectInvariants(engine);
    expect(await openRun(engine).toEnd()).toMatchObject({ outcome: 'OK', delivered: 50 });
  });

  test('a ticket is cancelled: it is asked for again all the same, and keeps its mark, not SKIPPED', async () => {
    const { run, pushed } = await repetitionRefused();
    await engine.query(`update ticket set status = 'CANCELLED' where id = 63`);
    expect(await pushed).toMatchObject({ stopped: 'finished' });
    expect((await run.close()).report).toMatchObject({ outcome: 'OK', delivered: 100, skipped: 0 });
    expect(await engine.query(`select from processed where ticket_id = 63`)).toHaveLength(1);
    await expectInvariants(engine);
  });

  test('every sending of the call is refused: it is narrowed down, and what was lost is settled by the next answers', async () => {
    const { run, pushed } = await repetitionRefused();
    await engine.admin.addFault({ kind: 'status', status: 400, code: 'BAD', count: 1 });
    expect(await pushed).toMatchObject({ stopped: 'finished' });
    expect((await run.close()).report).toMatchObject({ outcome: 'OK', delivered: 100 });
    const called = `select number, repeats, refusal_code from call where batch = 1 order by number`;
    expect(await engine.query(called)).toEqual([
      { number: 1, repeats: 1, refusal_code: 'BAD' },
      { number: 2, repeats: 0, refusal_code: null },
      { number: 3, repeats: 0, refusal_code: null },
    ]);
    await expectInvariants(engine);
  });
});
