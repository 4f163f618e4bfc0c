import { leaveRange } from '../../../db/queries/push/leave-range';
import { renewSlot } from '../../../db/queries/push/renew-slot';
import { openRun, type EngineRun } from '../../helpers/engine-run';
import { addInterface, addSchedule, addTickets, setParallelCalls } from '../../helpers/engine-seed';
import { askSlot, takeSlotFor } from '../../helpers/engine-slots';
import { type Engine, openEngine, ORGANIZER } from '../../helpers/engine-world';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('slots');
});
beforeEach(() => engine.reset());
afterAll(() => engine.close());

/** Run of interface 1, or of a second one of the same account. */
async function openPlanned(schedule = 'fcx/inject'): Promise<EngineRun> {
  const run = openRun(engine, { schedule, simulate: true });
  await run.plan();
  return run;
}

async function addSecondInterface(parallelCalls: number): Promise<void> {
  await engine.query(`insert into organization (id, code, name, time_zone) values (2, 'TWO', 'Two', 'UTC')`);
  const second = {
    id: 2,
    name: 'two',
    organization: 2,
    organizer: ORGANIZER,
    url: 'https://x.test/organizer/tickets',
    keyFile: 'x',
  };
  await addInterface(engine.database.pool, { ...second, parallelCalls });
  await addSchedule(engine.database.pool, { id: 2, name: 'inject', interface: 2 });
  await engine.query(`insert into product (id, organization_id, code, name, family) values (2, 2, 'P', 'P', 'SERVICE');
    insert into ticket (id, organization_id, ticket_number, product_id, price, currency) values (9000, 2, 'X', 2, 1, 'CHF')`);
}

const ask = (run: EngineRun, range: number) => askSlot(engine, run, range);
const take = (run: EngineRun, range: number) => takeSlotFor(engine, run, range);
const held = () =>
  engine.query(`select n, interface_id, execution_id, range_number from call_slot where until > now() order by n`);

describe('a slot is a call that an account allows', () => {
  beforeEach(() => addTickets(engine.database.pool, 1, 10));

  test('20 ranges at once: no more than parallelCalls get one, each another; the others are listed as waiting', async () => {
    const run = await openPlanned();
    const got = await Promise.all(Array.from({ length: 20 }, (_, range) => take(run, range)));
    const slots = got.filter((slot) => slot !== undefined);
    expect(slots.map(({ n }) => n).sort()).toEqual([1, 2, 3, 4]);
    expect(await held()).toHaveLength(4);
    expect(await engine.query(`select count(*)::integer from slot_wait`)).toEqual([{ count: 16 }]);
  });

  test('two interfaces of an account: each its own limit, together the higher one', async () => {
    await addSecondInterface(2);
    await setParallelCalls(engine.database.pool, { interface: 1, parallelCalls: 3 });
    const [one, two] = [await openPlanned(), await openPlanned('two/inject')];
    const taken = async (run: EngineRun) =>
      (await Promise.all(Array.from({ length: 10 }, (_, range) => take(run, range)))).filter(
        (slot) => slot !== undefined,
      ).length;
    expect(await taken(two)).toBe(2);
    // Those of the second interface wait for its own limit: the third slot is of no use to them, so they hold nobody back.
    expect(await taken(one)).toBe(1);
    expect(await held()).toHaveLength(3);
  });

  test('a range that asks again gets its own slot with a higher token: the older attempt is out', async () => {
    const run = await openPlanned();
    const first = await take(run, 0);
    const second = await take(run, 0);
    expect(second?.n).toBe(first?.n);
    expect(Number(second?.token)).toBeGreaterThan(Number(first?.token));
    expect(await held()).toHaveLength(1);
    const renewed =
      first === undefined
        ? undefined
        : await renewSlot(engine.database.pool, first, { execution: run.execution(), leaseSeconds: 45 });
    expect(renewed?.held).toBe(false);
  });

  test('a slot past its time is free for anyone', async () => {
    await setParallelCalls(engine.database.pool, { interface: 1, parallelCalls: 1 });
    await engine.query(`delete from call_slot where n > 1`);
    const run = await openPlanned();
    await take(run, 0);
    expect(await take(run, 1)).toBeUndefined();
    await engine.query(`update call_slot set until = now() where n = 1`);
    expect(await take(run, 1)).toMatchObject({ n: 1, range: 1 });
  });

  test('a slot that is given back is free, by its holder only', async () => {
    const run = await openPlanned();
    const old = await take(run, 0);
    const slot = await take(run, 0);
    if (old === undefined || slot === undefined) throw new Error('no slot');
    const leaving = { execution: run.execution(), firstBatch: 0, lastBatch: -1, finished: false, gaveWay: false };
    await leaveRange(engine.database.pool, old, leaving);
    expect(await held()).toHaveLength(1);
    await leaveRange(engine.database.pool, slot, leaving);
    expect(await held()).toEqual([]);
  });

  test('a range narrows down refusals until it gives its slot back: an attempt that was ousted ends nothing by leaving (F19)', async () => {
    const run = await openPlanned();
    const old = await take(run, 0);
    const slot = await take(run, 0);
    if (old === undefined || slot === undefined) throw new Error('no slot');
    await engine.query(`update execution set narrowing_range = 0`);
    const leaving = { execution: run.execution(), firstBatch: 0, lastBatch: -1, finished: false, gaveWay: false };
    const narrowing = () => engine.query(`select narrowing_range as range from execution`);
    await leaveRange(engine.database.pool, old, leaving);
    expect(await narrowing()).toEqual([{ range: 0 }]);
    await leaveRange(engine.database.pool, slot, leaving);
    expect(await narrowing()).toEqual([{ range: null }]);
  });

  test.each([
    ['closed', `update execution set closed_at = now(), outcome = 'OK', ending = 'done'`],
    ['of another run', `update execution set first_run_id = 'x'`],
  ])('an execution that is %s gets none', async (_what, change) => {
    const run = await openPlanned();
    await engine.query(change);
    expect(await take(run, 0)).toBeUndefined();
    expect(await held()).toEqual([]);
  });
});

describe('what holds a range back from a slot', () => {
  beforeEach(() => addTickets(engine.database.pool, 1, 10));

  test.each([
    ['its run is paused', `update execution set paused_at = now()`, 'paused'],
    ['its run ends', `update execution set ending = 'operator'`, 'ending'],
    ['its run is closed', `update execution set closed_at = now(), outcome = 'OK', ending = 'done'`, 'closed'],
    ['its run is not known', `update execution set first_run_id = 'x'`, 'unknown'],
    [
      'its interface is paused',
      `update execution set simulation = false; update interface set paused = true`,
      'heldBack',
    ],
    [
      'its account is paused',
      `update execution set simulation = false; update organizer_gate set paused = true`,
      'heldBack',
    ],
    ['all are held', `update interface set parallel_calls = 1`, 'waiting'],
  ])('%s', async (_what, change, kind) => {
    const run = await openPlanned();
    await take(run, 5);
    await engine.query(change);
    expect(await ask(run, 0)).toEqual({ kind });
    // Only who waits for a slot is waited for by others.
    expect(await engine.query(`select range_number from slot_wait`)).toEqual(
      kind === 'waiting' ? [{ range_number: 0 }] : [],
    );
  });

  test('a range whose slot is past its time counts like any other: its interface may hold no more than its limit', async () => {
    await addSecondInterface(4);
    await setParallelCalls(engine.database.pool, { interface: 1, parallelCalls: 2 });
    const run = await openPlanned();
    await take(run, 0);
    await take(run, 1);
    await engine.query(`update call_slot set until = now() where range_number = 0`);
    expect(await take(run, 2)).toMatchObject({ n: 1 });
    expect(await ask(run, 0)).toEqual({ kind: 'waiting' });
    await engine.query(`update call_slot set until = now() where range_number = 2`);
    expect(await take(run, 0)).toMatchObject({ n: 1 });
    expect(await held()).toHaveLength(2);
  });
});

describe('a waiting execution gets its turn', () => {
  test('whoever waits longer comes first; a lane that held its slot for 10 s is asked to give it back', async () => {
    await addTickets(engine.database.pool, 1, 10);
    await addSecondInterface(4);
    const [one, two] = [await openPlanned(), await openPlanned('two/inject')];
    const slots = await Promise.all([0, 1, 2, 3].map((range) => take(one, range)));
    expect(await take(two, 0)).toBeUndefined();
    const [first] = slots;
    if (first === undefined) throw new Error('no slot');
    const options = { execution: one.execution(), leaseSeconds: 45 };
    expect(await renewSlot(engine.database.pool, first, options)).toEqual({ held: true, waitedFor: false });
    await engine.query(`update call_slot set held_since = now() - interval '11 seconds'`);
    expect(await renewSlot(engine.database.pool, first, options)).toEqual({ held: true, waitedFor: true });
    await leaveRange(engine.database.pool, first, {
      ...options,
      firstBatch: 0,
      lastBatch: -1,
      finished: false,
      gaveWay: true,
    });
    // The first execution may not take it back before the one that waits.
    expect(await take(one, 0)).toBeUndefined();
    expect(await take(two, 0)).toMatchObject({ n: first.n });
    expect(await engine.query(`select execution_id from slot_wait`)).toEqual([
      { execution_id: String(one.execution()) },
    ]);
  });

  test('a run that gives way has no other range of its own take the slot, however long that one has waited', async () => {
    await addTickets(engine.database.pool, 1, 10);
    await addSecondInterface(4);
    const [one, two] = [await openPlanned(), await openPlanned('two/inject')];
    const [first, second] = await Promise.all([0, 1, 2, 3].map((range) => take(one, range)));
    if (first === undefined || second === undefined) throw new Error('no slot');
    expect([await take(one, 4), await take(two, 0)]).toEqual([undefined, undefined]);
    const leaving = { execution: one.execution(), firstBatch: 0, lastBatch: -1, finished: false };
    await leaveRange(engine.database.pool, first, { ...leaving, gaveWay: true });
    expect(await take(one, 4)).toBeUndefined();
    expect(await take(two, 0)).toMatchObject({ n: first.n });
    await leaveRange(engine.database.pool, second, { ...leaving, gaveWay: false });
    expect(await take(one, 4)).toMatchObject({ n: second.n });
  });

  test('one that asks no more holds nobody back', async () => {
    await addTickets(engine.database.pool, 1, 10);
    await addSecondInterface(4);
    const [one, two] = [await openPlanned(), await openPlanned('two/inject')];
    await Promise.all([0, 1, 2, 3].map((range) => take(one, range)));
    await take(two, 0);
    await engine.query(`update slot_wait set until = now(); update call_slot set until = now() where n = 1`);
    expect(await take(one, 5)).toMatchObject({ n: 1 });
  });

  test('a lane gives way to a waiter of its own interface, not to one that waits for the limit of another', async () => {
    await addTickets(engine.database.pool, 1, 10);
    await addSecondInterface(1);
    const [one, other, two] = [await openPlanned(), await openPlanned(), await openPlanned('two/inject')];
    const slot = await take(one, 0);
    await take(two, 0);
    if (slot === undefined) throw new Error('no slot');
    await engine.query(`update call_slot set held_since = now() - interval '11 seconds'`);
    const wanted = async () =>
      (await renewSlot(engine.database.pool, slot, { execution: one.execution(), leaseSeconds: 45 })).waitedFor;
    expect(await ask(two, 1)).toEqual({ kind: 'waiting' });
    expect(await wanted()).toBe(false);
    await setParallelCalls(engine.database.pool, { interface: 1, parallelCalls: 1 });
    expect(await ask(other, 0)).toEqual({ kind: 'waiting' });
    expect(await wanted()).toBe(true);
  });
});
