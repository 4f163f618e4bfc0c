import { recordAndAnnounce } from '../../../db/queries/push/announce';
import { takeSlot } from '../../../db/queries/push/take-slot';
import { openRun } from '../../helpers/engine-run';
import { expectInvariants, expectWholeReports } from '../../helpers/engine-invariants';
import { addTickets, setParallelCalls } from '../../helpers/engine-seed';
import { type Engine, openEngine } from '../../helpers/engine-world';
import { callUnderWay, until } from '../../helpers/until';
import type { FaultInput } from '../../../sandbox/faults';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('odd-moments', { callDeadlineMs: 4_000 });
});
beforeEach(() => engine.reset());
afterAll(() => engine.close());

const whole = { number: 0, firstBatch: 0, lastBatch: 1 };

test('a NUL and an escape sequence in the words of TIXNGO keep no answer from the record', async () => {
  await addTickets(engine.database.pool, 1, 50);
  await engine.admin.addFault({
    kind: 'status',
    status: 422,
    code: 'BAD',
    message: 'nul \u0000 and \u001b[2J',
    count: 1,
  });
  expect(await openRun(engine).toEnd()).toMatchObject({ outcome: 'OK', delivered: 50 });
  expect(await engine.query(`select refusal_message from call where refusal_code is not null`)).toEqual([
    { refusal_message: 'nul   and  [2J' },
  ]);
  await expectInvariants(engine);
});

test('a run that is stopped while a frozen worker has a call under way keeps its tickets and its slot until that call ends', async () => {
  await addTickets(engine.database.pool, 1, 100);
  await setParallelCalls(engine.database.pool, { interface: 1, parallelCalls: 1 });
  await engine.query(`delete from call_slot where n > 1`);
  await engine.admin.addFault({ kind: 'latency', minMs: 1_500, maxMs: 1_500, count: 1 });
  const frozen = await engine.openWorker();
  const run = openRun(engine);
  await run.plan();
  const first = run.push(whole, { worker: frozen });
  await callUnderWay(engine.admin);
  await run.setState('stopping');
  // As Temporal does when the heartbeats stay away: another worker gets the range, and the run closes.
  expect(await run.push(whole)).toMatchObject({ stopped: 'ending' });
  expect((await run.close('operator')).report).toMatchObject({ unknown: 50, notTried: 50 });
  const next = openRun(engine);
  expect(await next.plan()).toMatchObject({ tickets: 50 });
  const sent = next.push({ ...whole, lastBatch: 0 });
  await Promise.all([first.catch(() => undefined), sent]);
  expect((await engine.admin.callSummary()).maxInFlight).toBe(1);
  await next.close();
  expect(await openRun(engine).toEnd()).toMatchObject({ outcome: 'OK' });
  const { tickets } = await engine.admin.calls();
  expect(Object.values(tickets).filter(({ accepted }) => accepted !== 1)).toEqual([]);
});

test('an interface that is archived under way lets its open run come to an end', async () => {
  await addTickets(engine.database.pool, 1, 100);
  const run = openRun(engine);
  await run.plan();
  await engine.query(`update interface set archived_at = now()`);
  expect(await run.push(whole)).toMatchObject({ stopped: 'finished', counts: { delivered: 100 } });
  expect((await run.close()).report).toMatchObject({ outcome: 'OK', delivered: 100 });
  await expectInvariants(engine);
});

test('an interface that is moved to another account under way sends nothing there for the run of the former one', async () => {
  await addTickets(engine.database.pool, 1, 100);
  const run = openRun(engine);
  await run.plan();
  await engine.query(`update interface set organizer = 'other'`);
  await expect(run.push(whole)).rejects.toThrow('The interface was moved from club to other');
  expect((await engine.admin.callSummary()).calls).toBe(0);
  expect((await run.close('failed', 'moved')).report).toMatchObject({ notTried: 100 });
});

test('a worker that lost its database session announces nothing: nobody could tell whether its call is under way', async () => {
  await addTickets(engine.database.pool, 1, 50);
  const run = openRun(engine);
  await run.plan();
  const { workflowId, firstRunId } = run;
  const identity = { execution: run.execution(), namespace: engine.worker.namespace, workflowId, firstRunId };
  const worker = engine.worker.session.id() ?? '';
  const taking = { identity, range: 0, worker, leaseSeconds: 45 };
  const taken = await takeSlot(engine.database.pool, taking);
  if (taken.kind !== 'taken') throw new Error('The only range of the account gets no slot');
  const { slot } = taken;
  const announce = { batch: 0, number: 1, key: 'k', positions: [0], tickets: [], repetition: false, deadlineMs: 1_000 };
  const asking = { identity, slot, function: 'inject-tickets', printingPointOfSales: '1', simulation: false, announce };
  const { pool } = engine.database;
  const lost = await recordAndAnnounce(pool, { ...asking, worker: '999999' });
  expect(lost).toMatchObject({ slotHeld: true, workerAlive: false, announced: false });
  expect(await recordAndAnnounce(pool, { ...asking, worker })).toMatchObject({ workerAlive: true, announced: true });
});

test('a ticket sent with the answer lost stays UNKNOWN when the next run leaves it out: it may be in the wallet', async () => {
  await addTickets(engine.database.pool, 1, 50);
  await engine.admin.addFault({ kind: 'answer', how: 'other-shape', count: 1 });
  expect(await openRun(engine).toEnd()).toMatchObject({ unknown: 50 });
  const next = openRun(engine);
  await next.plan();
  await engine.query(`update ticket set status = 'CANCELLED' where id = 7`);
  expect(await next.push({ ...whole, lastBatch: 0 })).toMatchObject({ counts: { delivered: 49, skipped: 1 } });
  await next.close();
  expect(await engine.query(`select ticket_id, outcome from ticket_outcome`)).toEqual([
    { ticket_id: '7', outcome: 'UNKNOWN' },
  ]);
});

test('a ticket sent with the answer lost stays UNKNOWN when the next run stops before it: NOT_TRIED would be a lie', async () => {
  await addTickets(engine.database.pool, 1, 50);
  await engine.admin.addFault({ kind: 'answer', how: 'other-shape', count: 1 });
  expect(await openRun(engine).toEnd()).toMatchObject({ unknown: 50 });
  const next = openRun(engine);
  await next.plan();
  expect((await next.close('operator')).report).toMatchObject({ notTried: 50 });
  expect(await engine.query(`select outcome, count(*)::integer from ticket_outcome group by 1`)).toEqual([
    { outcome: 'UNKNOWN', count: 50 },
  ]);
  expect(await openRun(engine).toEnd()).toMatchObject({ outcome: 'OK', delivered: 50 });
});

test('one slow call keeps no other lane waiting (F16)', async () => {
  await addTickets(engine.database.pool, 1, 1_000);
  const stuck = await engine.admin.addFault({ kind: 'silence', at: 'after', count: 1 });
  const run = openRun(engine).toEnd();
  expect(await run).toMatchObject({ outcome: 'OK', delivered: 1_000 });
  const { calls } = await engine.admin.calls();
  const [again] = calls.filter(({ replayed }) => replayed);
  // The others went on: the repetition is far behind the call that it repeats.
  expect(again?.number).toBeGreaterThan(10);
  expect(stuck).toBeGreaterThan(0);
  await expectInvariants(engine);
});

describe('an answer leaves a ticket out that TIXNGO took (F20), and before it is asked for again', () => {
  const first = { number: 0, firstBatch: 0, lastBatch: 0 };
  const callMissingOne = async () => {
    await addTickets(engine.database.pool, 1, 50);
    await engine.admin.addFault({ kind: 'results', how: 'missing', ticketIds: ['7'], count: 1 });
    await engine.admin.addFault({ kind: 'latency', minMs: 300, maxMs: 300, count: 1 });
    const run = openRun(engine);
    await run.plan();
    const pushed = run.push(first);
    await callUnderWay(engine.admin);
    return { run, pushed };
  };

  test('the run is stopped: it ends UNKNOWN, not NOT_TRIED', async () => {
    const { run, pushed } = await callMissingOne();
    await run.setState('stopping');
    expect(await pushed).toMatchObject({ stopped: 'ending' });
    expect((await run.close('operator')).report).toMatchObject({ delivered: 49, unknown: 1, notTried: 0 });
    await expectInvariants(engine);
  });

  test('the ticket is cancelled: it is asked for again all the same, not SKIPPED', async () => {
    const { run, pushed } = await callMissingOne();
    await engine.query(`update ticket set status = 'CANCELLED' where id = 7`);
    expect(await pushed).toMatchObject({ stopped: 'finished' });
    expect((await run.close()).report).toMatchObject({ delivered: 50, skipped: 0 });
    const { calls } = await engine.admin.calls();
    expect(calls.map(({ ticketIds }) => ticketIds.length)).toEqual([50, 1]);
    await expectInvariants(engine, { leftOut: ['7'] });
  });
});

describe('TIXNGO took a call whose answer was lost and refuses its repetition whole, and before a half of it goes out', () => {
  const first = { number: 0, firstBatch: 0, lastBatch: 0 };
  const gateway = { kind: 'status', status: 400, code: 'BAD', count: 1 } as const;
  const repetitionRefused = async (refusal: FaultInput = gateway) => {
    await addTickets(engine.database.pool, 1, 50);
    const run = openRun(engine);
    await run.plan();
    await engine.admin.addFault({ kind: 'silence', at: 'after', count: 1 });
    const dying = await engine.openWorker();
    const lost = run.push(first, { worker: dying }).catch((error: unknown) => error);
    await until('TIXNGO took it', async () => (await engine.admin.state()).count === 50);
    await dying.close();
    await lost;
    await until('nobody waits for it', async () => (await engine.admin.callSummary()).inFlight === 0);
    // The repetition has another body by now, and so another key.
    await engine.query(`update ticket set seat = 'another' where id = 5`);
    await engine.admin.addFault(refusal);
    await engine.admin.addFault({ kind: 'latency', minMs: 300, maxMs: 300, count: 1 });
    const pushed = run.push(first);
    await callUnderWay(engine.admin);
    return { run, pushed };
  };

  test('the run is stopped: its tickets end UNKNOWN, not NOT_TRIED', async () => {
    const { run, pushed } = await repetitionRefused();
    await run.setState('stopping');
    expect(await pushed).toMatchObject({ stopped: 'ending' });
    expect((await run.close('operator')).report).toMatchObject({ unknown: 50, notTried: 0 });
    expect(await engine.query(`select refusal_code, repeats from call`)).toEqual([{ refusal_code: 'BAD', repeats: 1 }]);
    await expectInvariants(engine);
    expect(await openRun(engine).toEnd()).toMatchObject({ outcome: 'OK', delivered: 50 });
  });

  test('a ticket is cancelled: it is asked for again all the same, not SKIPPED', async () => {
    const { run, pushed } = await repetitionRefused();
    await engine.query(`update ticket set status = 'CANCELLED' where id = 3`);
    expect(await pushed).toMatchObject({ stopped: 'finished' });
    expect((await run.close()).report).toMatchObject({ outcome: 'OK', delivered: 50, skipped: 0 });
    const { calls } = await engine.admin.calls();
    expect(calls.map(({ ticketIds }) => ticketIds.length)).toEqual([50, 50, 25, 25]);
    await expectInvariants(engine);
  });

  test('it is narrowed down to the bad ticket: that one is REFUSED, for the next answer settles what was lost, and the calls come to an end', async () => {
    const { run, pushed } = await repetitionRefused({ kind: 'poison', ticketIds: ['5'], how: 'call-not-naming' });
    expect(await pushed).toMatchObject({ stopped: 'finished' });
    expect((await run.close()).report).toMatchObject({ delivered: 49, refused: 1, unknown: 0, notTried: 0 });
    // The lost one, and the 13 of one bad ticket in 50 (F18).
    expect((await engine.admin.callSummary()).calls).toBeLessThanOrEqual(14);
    await expectWholeReports(engine);
  });
});
