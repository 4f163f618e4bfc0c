import { setEnding } from '../../../db/queries/push/set-ending';
import { openRun, pushAll } from '../../helpers/engine-run';
import { expectInvariants, expectNothingSentAgain } from '../../helpers/engine-invariants';
import { addSchedule, addTickets, setParallelCalls } from '../../helpers/engine-seed';
import { type Engine, openEngine } from '../../helpers/engine-world';
import { callUnderWay } from '../../helpers/until';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('attempts', { callDeadlineMs: 500 });
});
beforeEach(() => engine.reset());
afterAll(() => engine.close());

const range = (firstBatch: number, lastBatch: number) => ({ number: firstBatch, firstBatch, lastBatch });
const outcomes = () =>
  engine.query<{ ticket_id: string; outcome: string; code: string | null }>(
    `select ticket_id, outcome, code from execution_ticket where outcome <> 'DELIVERED' order by ticket_id`,
  );
describe('an attempt that ends early', () => {
  test('cancelled: the call in flight is recorded, no other begins', async () => {
    await addTickets(engine.database.pool, 1, 500);
    await engine.admin.addFault({ kind: 'latency', minMs: 150, maxMs: 150 });
    const run = openRun(engine);
    await run.plan();
    const cancels: (() => void)[] = [];
    const attempt = run.push(range(0, 9), { onStart: (cancel) => cancels.push(cancel) });
    await callUnderWay(engine.admin);
    for (const cancel of cancels) cancel();
    await attempt.catch(() => undefined);
    expect((await engine.admin.callSummary()).calls).toBe(1);
    expect((await engine.query(`select from processed`)).length).toBe(50);
    expect((await engine.query(`select from call where answered_at is null`)).length).toBe(0);
  });

  test('draining: the range gives the rest of its batches back', async () => {
    await addTickets(engine.database.pool, 1, 150);
    await engine.admin.addFault({ kind: 'latency', minMs: 150, maxMs: 150 });
    const worker = await engine.openWorker();
    const run = openRun(engine);
    await run.plan();
    const attempt = run.push(range(0, 2), { worker });
    await callUnderWay(engine.admin);
    worker.drain();
    expect(await attempt).toMatchObject({ stopped: 'yielded', nextBatch: 1, counts: { delivered: 50 } });
    expect(await run.push(range(0, 2))).toMatchObject({ stopped: 'finished', counts: { delivered: 150 } });
    await run.close();
    await expectInvariants(engine);
  });

  test('a worker whose session is gone announces nothing; another repeats its call under the same key, once it is over', async () => {
    await addTickets(engine.database.pool, 1, 100);
    await engine.admin.addFault({ kind: 'silence', at: 'after', count: 1 });
    await setParallelCalls(engine.database.pool, { interface: 1, parallelCalls: 1 });
    const dying = await engine.openWorker();
    const run = openRun(engine);
    await run.plan();
    const lost = run.push(range(0, 1), { worker: dying }).catch((error: unknown) => error);
    await callUnderWay(engine.admin);
    await dying.close();
    expect(await run.push(range(0, 1))).toMatchObject({ stopped: 'finished', counts: { delivered: 100 } });
    await lost;
    const { calls } = await engine.admin.calls();
    expect(calls.map(({ ticketIds, replayed }) => [ticketIds.length, replayed])).toEqual([
      [50, false],
      [50, true],
      [50, false],
    ]);
    await run.close();
    await expectInvariants(engine);
  });

  test('an older attempt announces nothing once a newer one holds the slot, but records what it learnt', async () => {
    await addTickets(engine.database.pool, 1, 150);
    const worker = await engine.openWorker();
    // Long enough for the newer one to take the slot meanwhile.
    await engine.admin.addFault({ kind: 'latency', minMs: 1_500, maxMs: 1_500, count: 1 });
    const run = openRun(engine);
    await run.plan();
    const older = run.push(range(0, 2), { worker: { ...engine.worker, callDeadlineMs: 30_000 } });
    await callUnderWay(engine.admin);
    const newer = run.push(range(0, 2), { worker });
    await expect(older).rejects.toMatchObject({ type: 'SLOT_LOST', nonRetryable: false });
    expect(await newer).toMatchObject({ stopped: 'finished', counts: { delivered: 150 } });
    const { calls } = await engine.admin.calls();
    expect(calls.length).toBe(3);
    await run.close();
    await expectInvariants(engine);
  });
});

test('an older attempt whose call fails ends the wait for its own announcement, not for that of a newer one', async () => {
  await addTickets(engine.database.pool, 1, 50);
  await engine.admin.addFault({ kind: 'silence', at: 'after', count: 1 });
  const run = openRun(engine);
  await run.plan();
  const older = run.push(range(0, 0));
  await callUnderWay(engine.admin);
  const newer = await engine.openWorker();
  // What the newer attempt writes that takes the slot and repeats the call.
  await engine.query(`update call_slot set token = token + 1, worker_id = $1 where execution_id is not null`, [
    newer.session.id(),
  ]);
  await engine.query(
    `update call set token = token + 1, worker_id = $1, repeats = repeats + 1, deadline = now() + interval '1 hour'`,
    [newer.session.id()],
  );
  await expect(older).rejects.toMatchObject({ type: 'SLOT_LOST' });
  expect(await engine.query(`select deadline > now() as "underWay" from call`)).toEqual([{ underWay: true }]);
});

describe('a database or a run that is not what the workflow knows', () => {
  test('a range of a closed execution sends nothing and names what to do', async () => {
    await addTickets(engine.database.pool, 1, 50);
    const run = openRun(engine);
    await run.plan();
    await run.close('operator');
    const failure: unknown = await run.push(range(0, 0)).catch((error: unknown) => error);
    expect(failure).toMatchObject({ type: 'EXECUTION_CLOSED', nonRetryable: true });
    expect(String(failure)).toContain('tixngo again 1');
    expect((await engine.admin.callSummary()).calls).toBe(0);
  });

  test.each(['plan', 'push', 'close'] as const)(
    '%s: an older database is met without retry, without a call and without a word in it',
    async (step) => {
      await addTickets(engine.database.pool, 1, 2_100);
      const run = openRun(engine);
      await run.plan();
      await run.plan();
      await engine.query(`delete from execution_slice where number = 2`);
      await engine.query(`update execution set slices = 1`);
      const before = await engine.query('select * from execution');
      const steps = { plan: () => run.plan(3), push: () => run.push(range(0, 0)), close: () => run.close('operator') };
      await expect(steps[step]()).rejects.toMatchObject({ type: 'OLDER_DATABASE', nonRetryable: true });
      expect(await engine.query('select * from execution')).toEqual(before);
      expect((await engine.admin.callSummary()).calls).toBe(0);
    },
  );

  test.each([
    ['slices', { slices: 2, ranges: 0 }],
    ['finished ranges', { slices: 1, ranges: 1 }],
  ])('no ending is written where fewer %s are on record than are known of the run', async (_what, known) => {
    await addTickets(engine.database.pool, 1, 50);
    const run = openRun(engine);
    await run.plan();
    const { workflowId, firstRunId } = run;
    const identity = { execution: run.execution(), namespace: engine.worker.namespace, workflowId, firstRunId };
    const endings = () => engine.query('select ending from execution');
    await setEnding(engine.database, identity, { ending: 'operator', known });
    expect(await endings()).toEqual([{ ending: null }]);
    await setEnding(engine.database, identity, { ending: 'operator', known: { slices: 1, ranges: 0 } });
    expect(await endings()).toEqual([{ ending: 'operator' }]);
  });

  test.each(['push', 'close'] as const)('%s of another run under the same number is refused', async (step) => {
    await addTickets(engine.database.pool, 1, 50);
    const run = openRun(engine);
    await run.plan();
    await engine.query(`update execution set first_run_id = 'another'`);
    const steps = { push: () => run.push(range(0, 0)), close: () => run.close() };
    await expect(steps[step]()).rejects.toMatchObject({ type: 'OLDER_DATABASE', nonRetryable: true });
  });

  test('a lost run is closed by the next one: its calls without an answer UNKNOWN, the rest NOT_TRIED, a mail', async () => {
    await addTickets(engine.database.pool, 1, 150);
    await engine.admin.addFault({ kind: 'silence', at: 'after', count: 1 });
    await setParallelCalls(engine.database.pool, { interface: 1, parallelCalls: 1 });
    const lost = openRun(engine);
    await lost.plan();
    const dying = await engine.openWorker();
    const attempt = lost.push(range(0, 2), { worker: dying }).catch((error: unknown) => error);
    await callUnderWay(engine.admin);
    await dying.close();
    engine.runs.delete(lost.workflowId);
    const report = await openRun(engine).toEnd();
    await attempt;
    expect(report).toMatchObject({ outcome: 'OK', planned: 150, delivered: 150 });
    expect(
      await engine.query(`select ending, outcome, report ->> 'unknown' as unknown, report ->> 'notTried' as rest
      from execution order by id limit 1`),
    ).toEqual([{ ending: 'failed', outcome: 'ERROR', unknown: '50', rest: '100' }]);
    expect(await engine.query(`select kind from outbox order by id`)).toEqual([
      { kind: 'FAILED' },
      { kind: 'RECOVERED' },
    ]);
    // The key is of the execution: the new run's call is a new request for the same tickets, as the stand-in kept silent.
    await expectInvariants(engine);
  });

  test('an open run of another schedule keeps its claims: nobody sends its tickets beside it', async () => {
    await addTickets(engine.database.pool, 1, 100);
    await addSchedule(engine.database.pool, { id: 2, name: 'other', interface: 1 });
    const first = openRun(engine);
    await first.plan();
    expect(await openRun(engine, { schedule: 'fcx/other' }).toEnd()).toMatchObject({ planned: 0 });
    expect(await openRun(engine, { schedule: 'fcx/other', force: 'id:7' }).toEnd()).toMatchObject({
      planned: 1,
      skipped: 1,
    });
    expect(await outcomes()).toEqual([{ ticket_id: '7', outcome: 'SKIPPED', code: 'CLAIMED' }]);
    await pushAll(first, [range(0, 1)], 1);
    await first.close();
    await expectInvariants(engine);
    await expectNothingSentAgain(engine, () => openRun(engine, { schedule: 'fcx/other' }).toEnd());
  });
});
