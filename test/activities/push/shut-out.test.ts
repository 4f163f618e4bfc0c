import type { PoolClient } from 'pg';
import { closeLostExecutions } from '../../../activities/close-lost';
import { type AnnounceInput, recordAndAnnounce, toAnnounceValues } from '../../../db/queries/push/announce';
import { announceStatement } from '../../../db/queries/push/announce-statement';
import { leaveRangeStatement } from '../../../db/queries/push/leave-range';
import { type EngineRun, openRun } from '../../helpers/engine-run';
import { addTickets } from '../../helpers/engine-seed';
import { askSlot, identityOf, takeSlotFor } from '../../helpers/engine-slots';
import { type Engine, openEngine } from '../../helpers/engine-world';
import { until } from '../../helpers/until';

let engine: Engine;
let run: EngineRun;
let other: PoolClient;
beforeAll(async () => {
  engine = await openEngine('shut-out');
});
beforeEach(async () => {
  await engine.reset();
  await addTickets(engine.database.pool, 1, 200);
  run = openRun(engine);
  await run.plan();
  other = await engine.database.pool.connect();
});
afterEach(() => {
  // What a failed test left open ends with its connection.
  other.release(true);
});
afterAll(() => engine.close());

type Announced = { readonly range: number; readonly batch?: number; readonly repetition?: boolean };

/** The announcement of the first call of a batch by a range that takes a slot for it. */
async function toAnnounce({ range, batch = range, repetition = false }: Announced): Promise<AnnounceInput> {
  const slot = await takeSlotFor(engine, run, range);
  if (slot === undefined) throw new Error('no slot');
  const first = batch * 50;
  return {
    identity: identityOf(run),
    slot,
    worker: engine.worker.session.id() ?? '',
    function: 'inject-tickets',
    printingPointOfSales: '1',
    simulation: false,
    announce: {
      batch,
      number: 1,
      key: `key ${String(batch)}`,
      positions: [first, first + 1],
      tickets: [],
      repetition,
      deadlineMs: 30_000,
    },
  };
}

const announcing = (input: AnnounceInput) => ({
  ...announceStatement,
  values: [...toAnnounceValues(input, { late: false, careful: false })],
});
const waiting = (what: string, lock: 'transactionid' | 'advisory') =>
  until(what, async () => {
    const rows = await engine.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and wait_event = $1`,
      [lock],
    );
    return rows.length > 0;
  });
const closeWaits = () => waiting('the close waits for the slot of a lane', 'transactionid');
const calls = () => engine.query(`select batch, range_number as range from call order by batch`);
const held = () =>
  engine.query(`select execution_id::integer as run, range_number as range from call_slot where until > now()
    order by range_number`);
const claimed = () => engine.query(`select ticket_id::integer as id from claim order by 1`);
const ended = () =>
  engine.query(`select closed_at is not null as closed, ending, ending_reason as reason, outcome from execution
    order by id`);

const closeLost = async () => {
  engine.runs.delete(run.workflowId);
  expect(await closeLostExecutions(engine.worker, 'operator')).toEqual({ closed: [run.execution()], failed: [] });
};

describe.each([
  ['the close of a lost run', closeLost, 'its workflow was terminated, timed out or lost'],
  ['the close of a run that failed', () => run.close('failed', 'a lane failed'), 'a lane failed'],
])('%s', (_what, close, reason) => {
  test('waits for a call that is being announced, and keeps its slot and its claims', async () => {
    const input = await toAnnounce({ range: 0 });
    await other.query('begin');
    await other.query(announcing(input));
    const closing = close();
    await closeWaits();
    await other.query('commit');
    await closing;
    expect(await calls()).toEqual([{ batch: 0, range: 0 }]);
    expect(await held()).toEqual([{ run: run.execution(), range: 0 }]);
    expect(await claimed()).toEqual([{ id: 1 }, { id: 2 }]);
    expect(await ended()).toEqual([{ closed: true, ending: 'failed', reason, outcome: 'ERROR' }]);
  });

  test('gives no slot to a range that asks for one while it goes on', async () => {
    await other.query('begin');
    await other.query(announcing(await toAnnounce({ range: 0 })));
    const closing = close();
    await closeWaits();
    expect(await askSlot(engine, run, 1)).toEqual({ kind: 'ending' });
    await other.query('commit');
    await closing;
    expect(await askSlot(engine, run, 1)).toEqual({ kind: 'closed' });
  });

  test('lets no range announce that was taking a slot when it began', async () => {
    await other.query('begin');
    await other.query(announcing(await toAnnounce({ range: 0 })));
    const account = await engine.database.pool.connect();
    try {
      await account.query('begin');
      await account.query(`select pg_advisory_xact_lock(hashtext('call_slot'), hashtext('club'))`);
      const taking = toAnnounce({ range: 1 });
      await waiting('a range waits for the lock of the account', 'advisory');
      const closing = close();
      await closeWaits();
      await account.query('commit');
      expect(await recordAndAnnounce(engine.database.pool, await taking)).toMatchObject({
        closed: false,
        slotHeld: true,
        ending: 'failed',
        announced: false,
      });
      await other.query('commit');
      await closing;
    } finally {
      account.release(true);
    }
    expect(await calls()).toEqual([{ batch: 0, range: 0 }]);
    expect(await held()).toEqual([{ run: run.execution(), range: 0 }]);
  });

  test('waits for a range that ends, which writes into the row of the run after its slot', async () => {
    const { slot, identity } = await toAnnounce({ range: 0 });
    await other.query('begin');
    await other.query(`select from call_slot where n = $1 for no key update`, [slot.n]);
    const closing = close();
    await closeWaits();
    const leaving = [slot.organizer, slot.n, slot.token, identity.execution, 0, 0, true, slot.range, false];
    await other.query({ ...leaveRangeStatement, values: leaving });
    await other.query('commit');
    await closing;
    expect(await held()).toEqual([]);
    expect(await engine.query(`select closed_at is not null as closed, ranges_finished from execution`)).toEqual([
      { closed: true, ranges_finished: 1 },
    ]);
  });
});

test('a close locks the slots in the order of their numbers: while it waits for one, it holds none of a higher number', async () => {
  const [low, high] = [await toAnnounce({ range: 0 }), await toAnnounce({ range: 1 })];
  expect(low.slot.n).toBeLessThan(high.slot.n);
  // By its range, and by its place in the table, it comes last now: so Postgres would find it.
  await engine.query('update call_slot set range_number = 2 where n = $1', [low.slot.n]);
  await other.query('begin');
  await other.query('select from call_slot where n = $1 for update', [low.slot.n]);
  const closing = run.close('failed');
  await closeWaits();
  const free = 'select n from call_slot where n = $1 for update skip locked';
  expect(await engine.query(free, [high.slot.n])).toEqual([{ n: high.slot.n }]);
  await other.query('commit');
  expect((await closing).report).toMatchObject({ ending: 'failed' });
});

test('a lost run whose close broke off has ended: it sends nothing, and the next close tells of it as of any other', async () => {
  const input = await toAnnounce({ range: 0 });
  await addTickets(engine.database.pool, 201, 250);
  engine.runs.delete(run.workflowId);
  await engine.query(`alter table slot_wait rename to slot_wait_away`);
  const next = openRun(engine);
  await next.plan();
  await engine.query(`alter table slot_wait_away rename to slot_wait`);
  const reason = 'its workflow was terminated, timed out or lost';
  expect(await ended()).toEqual([
    { closed: false, ending: 'failed', reason, outcome: null },
    { closed: false, ending: null, reason: null, outcome: null },
  ]);
  expect(await recordAndAnnounce(engine.database.pool, input)).toMatchObject({ announced: false, ending: 'failed' });
  await closeLost();
  expect((await ended())[0]).toEqual({ closed: true, ending: 'failed', reason, outcome: 'ERROR' });
});

test('a call that another range repeats keeps the slot of that range when the run is closed under it', async () => {
  expect(await recordAndAnnounce(engine.database.pool, await toAnnounce({ range: 0 }))).toMatchObject({
    announced: true,
  });
  await engine.query('update call set deadline = now()');
  const again = await toAnnounce({ range: 7, batch: 0, repetition: true });
  expect(await recordAndAnnounce(engine.database.pool, again)).toMatchObject({ announced: true });
  expect(await calls()).toEqual([{ batch: 0, range: 7 }]);
  await closeLost();
  expect(await held()).toEqual([{ run: run.execution(), range: 7 }]);
});
