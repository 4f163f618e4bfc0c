import type { Beat } from '../../../activities/execution/heartbeat';
import { openSlotExchange } from '../../../activities/push/slot-exchange';
import { waitForSlot } from '../../../activities/push/wait-for-slot';
import type { World } from '../../../activities/world';
import { openRun, type EngineRun } from '../../helpers/engine-run';
import { addTickets, setParallelCalls } from '../../helpers/engine-seed';
import { identityOf, takeSlotFor } from '../../helpers/engine-slots';
import { type Engine, openEngine, ORGANIZER } from '../../helpers/engine-world';
import { until } from '../../helpers/until';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('wait-for-slot');
});
beforeEach(async () => {
  await engine.reset();
  await addTickets(engine.database.pool, 1, 10);
  await setParallelCalls(engine.database.pool, { interface: 1, parallelCalls: 1 });
});
afterAll(() => engine.close());

const heldBack = `update execution set simulation = false; update interface set paused = true`;

async function openPlanned(): Promise<EngineRun> {
  const run = openRun(engine, { simulate: true });
  await run.plan();
  return run;
}

interface WaitOptions extends Partial<World> {
  /** Told of each look with the pause after it; true cancels the attempt. A pause lasts no time. */
  readonly onSleep?: (slept: readonly number[]) => boolean;
  /** Pauses that never end by themselves. */
  readonly sleepsOn?: true;
}

/** Range 0 waits for a slot; how long it paused between its looks, and whether it gave up its place at the end. */
function wait(run: EngineRun, { onSleep = () => false, sleepsOn, ...changes }: WaitOptions = {}) {
  const slept: number[] = [];
  let cancelled = false;
  let left = 0;
  const exchange = changes.slots ?? openSlotExchange();
  const slots: World['slots'] = {
    ...exchange,
    join: (organizer) => {
      expect(organizer).toBe(ORGANIZER);
      const turn = exchange.join(organizer);
      return {
        next: (timeout) => turn.next(timeout),
        leave: () => {
          left += 1;
          turn.leave();
        },
      };
    },
  };
  const beat: Beat = {
    isCancelled: () => cancelled,
    tell: () => undefined,
    sleep: (ms) => {
      slept.push(ms);
      cancelled = onSleep(slept);
      return sleepsOn === true ? new Promise(() => undefined) : Promise.resolve();
    },
  };
  const range = { number: 0, firstBatch: 0, lastBatch: 0 };
  const identity = identityOf(run);
  const { execution, firstRunId } = identity;
  const input = { function: 'inject-tickets', execution, firstRunId, known: { slices: 1, ranges: 0 }, range } as const;
  const world = { ...engine.worker, luck: () => 0.5, ...changes, slots };
  const ended = waitForSlot(world, { beat, input, identity, organizer: ORGANIZER, leaseSeconds: 45 });
  return { ended, slept, left: () => left };
}

const asked = async () =>
  (
    await engine.query(
      `select range_number from slot_wait union all select range_number from call_slot where range_number is not null`,
    )
  ).length;

test('a slot that is free is taken at the first look', async () => {
  const { ended, slept, left } = wait(await openPlanned());
  expect(await ended).toMatchObject({ organizer: ORGANIZER, n: 1, range: 0 });
  expect([slept, left()]).toEqual([[], 1]);
});

test.each([
  ['its run is paused', `update execution set paused_at = now()`, 'paused'],
  ['its run ends', `update execution set ending = 'operator'`, 'ending'],
])('a range goes no further when %s', async (_what, change, kind) => {
  const run = await openPlanned();
  await engine.query(change);
  const { ended, slept, left } = wait(run);
  expect(await ended).toBe(kind);
  expect([slept, left()]).toEqual([[], 1]);
});

test.each([
  ['is closed', `update execution set closed_at = now(), outcome = 'OK', ending = 'done'`, 'EXECUTION_CLOSED'],
  ['is not known', `update execution set first_run_id = 'x'`, 'OLDER_DATABASE'],
])('a range whose run %s fails for good, and leaves its place', async (_what, change, type) => {
  const run = await openPlanned();
  await engine.query(change);
  const { ended, left } = wait(run);
  await expect(ended).rejects.toMatchObject({ type, nonRetryable: true });
  expect(left()).toBe(1);
});

test('a cancelled range, and one of a worker that ends, asks for no slot', async () => {
  const run = await openPlanned();
  expect(await wait(run, { isDraining: () => true }).ended).toBe('yielded');
  await takeSlotFor(engine, run, 5);
  const before = await asked();
  const cancelled = wait(run, { onSleep: () => true });
  expect(await cancelled.ended).toBe('yielded');
  // It asked once, before the cancellation.
  expect([await asked(), cancelled.slept.length, cancelled.left()]).toEqual([before + 1, 1, 1]);
});

test('while others hold the slots it looks every 200 ms, spread by luck, and gives the task back after 30 s', async () => {
  const run = await openPlanned();
  await takeSlotFor(engine, run, 5);
  const { ended, slept, left } = wait(run);
  await expect(ended).rejects.toMatchObject({ type: 'NO_SLOT', nonRetryable: false, nextRetryDelay: 1_000 });
  expect([slept.length, new Set(slept), left()]).toEqual([150, new Set([200]), 1]);
  const spread = async (luck: number) => {
    const { ended: end, slept: pauses } = wait(run, { luck: () => luck, onSleep: () => true });
    await end;
    return pauses;
  };
  expect([await spread(0), await spread(1)]).toEqual([[100], [300]]);
});

test('while a lane of its own run works here it hardly looks, and never gives the task back', async () => {
  const run = await openPlanned();
  await takeSlotFor(engine, run, 5);
  const slots = openSlotExchange();
  slots.begin(ORGANIZER, run.execution());
  const { ended, slept } = wait(run, { slots, onSleep: ({ length }) => length === 60 });
  expect(await ended).toBe('yielded');
  expect([slept.length, new Set(slept)]).toEqual([60, new Set([1_000])]);
});

test('the lane of another run that works here changes nothing', async () => {
  const run = await openPlanned();
  await takeSlotFor(engine, run, 5);
  const slots = openSlotExchange();
  slots.begin(ORGANIZER, run.execution() + 1);
  const { ended, slept } = wait(run, { slots, onSleep: () => true });
  expect([await ended, slept]).toEqual(['yielded', [200]]);
});

test('in a pause of its interface it looks once a second, and gives the task back after 30 s, also beside a lane of its own run', async () => {
  const run = await openPlanned();
  await engine.query(heldBack);
  const slots = openSlotExchange();
  slots.begin(ORGANIZER, run.execution());
  for (const changes of [{}, { slots }]) {
    const { ended, slept, left } = wait(run, changes);
    await expect(ended).rejects.toMatchObject({ type: 'WAITING', nonRetryable: false, nextRetryDelay: 1_000 });
    expect([slept.length, new Set(slept), left()]).toEqual([30, new Set([1_000]), 1]);
  }
});

test('a worker without its session asks for no slot, and takes one when it has it again', async () => {
  const run = await openPlanned();
  let looks = 0;
  const session = {
    ...engine.worker.session,
    id: () => {
      looks += 1;
      return looks <= 3 ? undefined : engine.worker.session.id();
    },
  };
  const { ended, slept } = wait(run, { session });
  expect(await ended).toMatchObject({ n: 1 });
  expect(slept).toEqual([200, 200, 200]);
});

test('a lane that ends in this process hands its slot over at once', async () => {
  const run = await openPlanned();
  const slot = await takeSlotFor(engine, run, 5);
  const slots = openSlotExchange();
  const end = slots.begin(ORGANIZER, run.execution());
  const { ended, slept } = wait(run, { slots, sleepsOn: true });
  await until('it waits', () => Promise.resolve(slept.length === 1));
  await engine.query(`update call_slot set until = now() where n = ${String(slot?.n)}`);
  end();
  expect(await ended).toMatchObject({ n: 1, range: 0 });
  expect(slept).toHaveLength(1);
});
