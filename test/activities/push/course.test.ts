import type { QueryConfig } from 'pg';
import { openRun, pushAll, type RunOptions } from '../../helpers/engine-run';
import { expectInvariants } from '../../helpers/engine-invariants';
import { addTickets } from '../../helpers/engine-seed';
import { type Engine, openEngine } from '../../helpers/engine-world';
import { until } from '../../helpers/until';

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

  test('a later slice too: its second attempt waits for the first and takes what that one wrote', async () => {
    await addTickets(engine.database.pool, 1, 4_100);
    const identity: RunOptions = { workflowId: 'same', firstRunId: 'same' };
    const [first, second] = [openRun(engine, identity), openRun(engine, identity)];
    await first.plan(1);
    // A claim that is not committed yet holds whoever plans: both attempts are in their transactions when it goes away.
    const other = await engine.database.pool.connect();
    await other.query('begin; insert into claim (ticket_id, execution_id) values (4050, 99)');
    const attempts = Promise.all([first.plan(2), second.plan(2)]);
    await until('both attempts wait', async () => {
      const waiting = await engine.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return waiting.length === 2;
    });
    await other.query('rollback');
    other.release();
    const plans = await attempts;
    expect(plans[1]).toEqual(plans[0]);
    expect(plans[0]).toMatchObject({ slice: 2, firstBatch: 80, tickets: 100, batches: 2, last: true });
    expect(await engine.query(`select planned, slices from execution`)).toEqual([{ planned: 4_100, slices: 2 }]);
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
    // What is open is counted when it is done: the rest counts now.
    const settled = { delivered: 50, refused: 0, skipped: 0, simulated: 0, unknown: 0, notTried: 0 };
    expect(await run.close()).toEqual({ open: [range(0, 0), range(2, 4)], settled });
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

test.each([
  ['an unknown schedule', { schedule: 'fcx/nothing' }, 'UNKNOWN_SCHEDULE'],
  ['a bad force list', { force: 'N1,,id:x' }, 'BAD_INPUT'],
  ['an unknown upload', { upload: 9 }, 'UNKNOWN_UPLOAD'],
])('%s fails without retry', async (_what, input, type) => {
  await expect(openRun(engine, input).plan()).rejects.toMatchObject({ type, nonRetryable: true });
});
