import type { QueryConfig } from 'pg';
import type { RunOptions } from '../../helpers/engine-run';
import { openRun, pushAll } from '../../helpers/engine-run';
import { expectInvariants, expectNothingSentAgain } from '../../helpers/engine-invariants';
import { addSchedule, addTickets, setParallelCalls } from '../../helpers/engine-seed';
import { type Engine, openEngine } from '../../helpers/engine-world';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('course', { callDeadlineMs: 500 });
});
beforeEach(() => engine.reset());
afterAll(() => engine.close());

const range = (firstBatch: number, lastBatch: number) => ({ number: firstBatch, firstBatch, lastBatch });
const sent = async () => (await engine.admin.calls()).calls.flatMap(({ ticketIds }) => ticketIds);
const outcomes = () =>
  engine.query<{ ticket_id: string; outcome: string; code: string | null }>(
    `select ticket_id, outcome, code from execution_ticket where outcome <> 'DELIVERED' order by ticket_id`,
  );

describe('an activity that runs again does nothing twice', () => {
  test('planSlice gives the same plan, also to another attempt at the same time', async () => {
    await addTickets(engine.database.pool, 1, 120);
    const identity: RunOptions = { workflowId: 'same', firstRunId: 'same' };
    const [first, second] = [openRun(engine, identity), openRun(engine, identity)];
    const plans = await Promise.all([first.plan(1), second.plan(1)]);
    expect(plans[1]).toEqual(plans[0]);
    expect(plans[0]).toMatchObject({ execution: 1, tickets: 120, batches: 3, last: true, window: 4 });
    expect(await first.plan(1)).toEqual(plans[0]);
    expect(await engine.query(`select id, planned, slices from execution`)).toEqual([
      { id: '1', planned: 120, slices: 1 },
    ]);
    expect((await engine.query(`select from claim`)).length).toBe(120);
  });

  test('pushBatches sends nothing for a range that is done, and tells the same counts', async () => {
    await addTickets(engine.database.pool, 1, 120);
    const run = openRun(engine);
    await run.plan();
    const first = await run.push(range(0, 2));
    expect(first).toMatchObject({ stopped: 'finished', nextBatch: 3, counts: { delivered: 120 } });
    expect(await run.push(range(0, 2))).toEqual(first);
    expect((await engine.admin.callSummary()).calls).toBe(3);
  });

  test('closeExecution: the first close stands', async () => {
    await addTickets(engine.database.pool, 1, 10);
    const run = openRun(engine);
    await run.plan();
    await run.push(range(0, 0));
    const first = await run.close();
    expect(first.report).toMatchObject({ outcome: 'OK', delivered: 10 });
    expect(await run.close('failed', 'too late')).toEqual(first);
  });

  test('closeExecution names what is open instead of closing over it', async () => {
    await addTickets(engine.database.pool, 1, 250);
    const run = openRun(engine);
    await run.plan();
    await run.push(range(1, 1));
    expect(await run.close()).toEqual({ open: [range(0, 0), range(2, 4)] });
    await pushAll(run, [range(0, 0), range(2, 4)], 2);
    expect((await run.close()).report).toMatchObject({ outcome: 'OK', delivered: 250 });
    await expectInvariants(engine);
  });
});

describe('what changed between plan and call', () => {
  test('a ticket cancelled before it was sent is SKIPPED, and nobody hears of it', async () => {
    await addTickets(engine.database.pool, 1, 60);
    const run = openRun(engine);
    await run.plan();
    await engine.query(`update ticket set status = 'CANCELLED' where id in (7, 55)`);
    await run.push(range(0, 1));
    expect((await run.close()).report).toMatchObject({ outcome: 'OK', planned: 60, delivered: 58, skipped: 2 });
    expect(await outcomes()).toEqual(
      ['7', '55'].map((ticket_id) => ({ ticket_id, outcome: 'SKIPPED', code: 'STATUS_CHANGED' })),
    );
    expect((await sent()).filter((id) => id === '7' || id === '55')).toEqual([]);
    await expectInvariants(engine);
  });

  test('one delivered by another run meanwhile is SKIPPED, not sent again', async () => {
    await addTickets(engine.database.pool, 1, 3);
    const run = openRun(engine, { force: 'id:1,id:2,id:3' });
    await run.plan();
    await engine.query(`insert into processed (ticket_id, function, organizer, execution_id, sent_at)
      values (2, 'inject-tickets', 'club', 99, now())`);
    await run.push(range(0, 0));
    expect(await outcomes()).toEqual([{ ticket_id: '2', outcome: 'SKIPPED', code: 'MARK_CHANGED' }]);
    expect(await sent()).toEqual(['1', '3']);
  });

  test('one put on the skip list meanwhile is SKIPPED', async () => {
    await addTickets(engine.database.pool, 1, 2);
    const run = openRun(engine);
    await run.plan();
    await engine.query(`insert into skip (schedule_id, ticket_id, reason, added_by) values (1, 2, 'no', 'me')`);
    await run.push(range(0, 0));
    expect(await outcomes()).toEqual([{ ticket_id: '2', outcome: 'SKIPPED', code: 'SKIP_LIST' }]);
  });

  test('a ticket changed between load and announcement is loaded again: what is sent is what stands', async () => {
    await addTickets(engine.database.pool, 1, 50);
    const run = openRun(engine);
    await run.plan();
    const { worker } = engine;
    let loads = 0;
    // The first look at the batch's tickets is followed by a change of one of them.
    const pool = new Proxy(worker.database.pool, {
      get: (target, name): unknown => {
        if (name !== 'query') return Reflect.get(target, name, target);
        return async (query: QueryConfig) => {
          const result = await target.query(query);
          if (query.name === 'inject-load-tickets') {
            loads += 1;
            if (loads === 1) await engine.query(`update ticket set barcode = 'CHANGED' where id = 5`);
          }
          return result;
        };
      },
    });
    await run.push(range(0, 0), { worker: { ...worker, database: { ...worker.database, pool } } });
    expect(loads).toBe(2);
    const { tickets } = await engine.admin.state();
    expect(tickets.find(({ ticketId }) => ticketId === '5')?.content.security.barcode).toBe('CHANGED');
    expect((await engine.admin.callSummary()).calls).toBe(1);
  });
});

describe('what an operator asks for', () => {
  test('simulation: everything but the call; nothing is sent, marked, printed, claimed or mailed', async () => {
    await addTickets(engine.database.pool, 1, 60);
    await engine.query(`update ticket set barcode = null where id = 3`);
    const report = await openRun(engine, { simulate: true }).toEnd();
    expect(report).toMatchObject({ outcome: 'ERROR', simulated: 59, refused: 1, delivered: 0 });
    expect((await engine.admin.callSummary()).calls).toBe(0);
    const [left] = await engine.query(`select (select count(*) from processed)::integer as marks,
      (select count(*) from claim)::integer as claims, (select count(*) from ticket where status <> 'NOT_PRINTED')::integer as printed,
      (select count(*) from ticket_outcome)::integer as outcomes, (select count(*) from outbox)::integer as mails`);
    expect(left).toEqual({ marks: 0, claims: 0, printed: 0, outcomes: 0, mails: 0 });
    await expectInvariants(engine);
    // Again: a real run over what was simulated.
    expect(await openRun(engine, { again: report.execution }).toEnd()).toMatchObject({ delivered: 59, refused: 1 });
  });

  test('force sends these only, also when they are processed; what cannot be sent is SKIPPED with its reason', async () => {
    await addTickets(engine.database.pool, 1, 60);
    expect(await openRun(engine, { force: 'N1, id:2' }).toEnd()).toMatchObject({
      outcome: 'OK',
      planned: 2,
      delivered: 2,
    });
    await engine.query(`update ticket set status = 'CANCELLED' where id = 3`);
    const report = await openRun(engine, { force: 'N1, id:3, N404' }).toEnd();
    expect(report).toMatchObject({ outcome: 'WARNING', planned: 2, delivered: 1, skipped: 1, unknownForced: 1 });
    expect(await sent()).toEqual(['1', '2', '1']);
    expect(await engine.query(`select ticket_id, version from processed order by 1`)).toEqual([
      { ticket_id: '1', version: 2 },
      { ticket_id: '2', version: 1 },
    ]);
    expect(await outcomes()).toEqual([{ ticket_id: '3', outcome: 'SKIPPED', code: 'NOT_ELIGIBLE' }]);
    await expectInvariants(engine);
  });

  test('skip wins over force, and is never cut short by the batch size', async () => {
    await addTickets(engine.database.pool, 1, 5);
    await engine.query(`update schedule set batch_size = 2`);
    await openRun(engine, { force: 'id:1,id:2,id:3,id:4', skip: 'N2' }).toEnd();
    expect(await sent()).toEqual(['1', '3', '4']);
  });

  test('the upper bound: tickets sold during the run are left to the next one', async () => {
    await addTickets(engine.database.pool, 1, 2_100);
    const run = openRun(engine);
    expect(await run.plan()).toMatchObject({ tickets: 2_000, last: false });
    await addTickets(engine.database.pool, 5_001, 5_010);
    expect(await run.plan()).toMatchObject({ tickets: 100, last: true, firstBatch: 40 });
  });

  test('stop finishes what is in flight and leaves the rest NOT_TRIED; the next run takes it', async () => {
    await addTickets(engine.database.pool, 1, 500);
    const run = openRun(engine);
    await run.plan();
    await run.push(range(0, 2));
    await run.setState('stopping');
    expect(await run.push(range(3, 9))).toMatchObject({ stopped: 'ending', nextBatch: 3 });
    expect((await run.close('operator')).report).toMatchObject({
      outcome: 'ERROR',
      ending: 'operator',
      delivered: 150,
      notTried: 350,
    });
    await expectInvariants(engine);
    expect(await openRun(engine).toEnd()).toMatchObject({ outcome: 'OK', delivered: 350 });
  });

  test('pause holds a range at its next call, resume lets it go on where it stood', async () => {
    await addTickets(engine.database.pool, 1, 200);
    const run = openRun(engine);
    await run.plan();
    await run.push(range(0, 0));
    await run.setState('paused');
    expect(await run.push(range(1, 3))).toMatchObject({ stopped: 'paused', nextBatch: 1 });
    expect((await engine.admin.callSummary()).calls).toBe(1);
    await run.setState('running');
    expect(await run.push(range(1, 3))).toMatchObject({ stopped: 'finished', counts: { delivered: 150 } });
  });

  test.each(['interface', 'organizer_gate'])(
    'a paused %s holds every range, and its resumption lets them go on',
    async (table) => {
      await addTickets(engine.database.pool, 1, 50);
      const run = openRun(engine);
      await run.plan();
      await engine.query(`update ${table} set paused = true`);
      const attempt = run.push(range(0, 0));
      await until(
        async () =>
          (
            await engine.query(`select from pg_stat_activity
      where application_name = 'test worker' and query like '%with given as%'`)
          ).length > 0,
      );
      expect((await engine.admin.callSummary()).calls).toBe(0);
      await engine.query(`update ${table} set paused = false`);
      expect(await attempt).toMatchObject({ stopped: 'finished', counts: { delivered: 50 } });
    },
  );
});

describe('an attempt that ends early', () => {
  test('cancelled: the call in flight is recorded, no other begins', async () => {
    await addTickets(engine.database.pool, 1, 500);
    await engine.admin.addFault({ kind: 'latency', minMs: 150, maxMs: 150 });
    const run = openRun(engine);
    await run.plan();
    const cancels: (() => void)[] = [];
    const attempt = run.push(range(0, 9), { onStart: (cancel) => cancels.push(cancel) });
    await until(async () => (await engine.admin.callSummary()).inFlight === 1);
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
    await until(async () => (await engine.admin.callSummary()).inFlight === 1);
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
    await until(async () => (await engine.admin.callSummary()).inFlight === 1);
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
    await engine.admin.addFault({ kind: 'latency', minMs: 300, maxMs: 300, count: 1 });
    const run = openRun(engine);
    await run.plan();
    const older = run.push(range(0, 2));
    await until(async () => (await engine.admin.callSummary()).inFlight === 1);
    const newer = run.push(range(0, 2), { worker: await engine.openWorker() });
    await expect(older).rejects.toMatchObject({ type: 'SLOT_LOST', nonRetryable: false });
    expect(await newer).toMatchObject({ stopped: 'finished', counts: { delivered: 150 } });
    const { calls } = await engine.admin.calls();
    expect(calls.length).toBe(3);
    await run.close();
    await expectInvariants(engine);
  });
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
    '%s: an older database is met without retry and without a call',
    async (step) => {
      await addTickets(engine.database.pool, 1, 2_100);
      const run = openRun(engine);
      await run.plan();
      await run.plan();
      await engine.query(`delete from execution_slice where number = 2`);
      await engine.query(`update execution set slices = 1`);
      const steps = { plan: () => run.plan(3), push: () => run.push(range(0, 0)), close: () => run.close() };
      await expect(steps[step]()).rejects.toMatchObject({ type: 'OLDER_DATABASE', nonRetryable: true });
      expect((await engine.admin.callSummary()).calls).toBe(0);
    },
  );

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
    await until(async () => (await engine.admin.callSummary()).inFlight === 1);
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
    // The key is of the execution: the new run's call is a new request for the same tickets.
    await expectInvariants(engine, { lostAnswers: 1 });
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

test.each([
  ['an unknown schedule', { schedule: 'fcx/nothing' }, 'UNKNOWN_SCHEDULE'],
  ['a bad force list', { force: 'N1,,id:x' }, 'BAD_INPUT'],
  ['an unknown upload', { upload: 9 }, 'UNKNOWN_UPLOAD'],
])('%s fails without retry', async (_what, input, type) => {
  await expect(openRun(engine, input).plan()).rejects.toMatchObject({ type, nonRetryable: true });
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
}
