import type { HeldSlot } from '../../../db/queries/push/announce';
import { answeredLate } from '../../../db/queries/push/answered-late';
import { leaveRange } from '../../../db/queries/push/leave-range';
import { loadPlan } from '../../../db/queries/push/load-plan';
import { renewSlot } from '../../../db/queries/push/renew-slot';
import { type SlotAnswer, takeSlot } from '../../../db/queries/push/take-slot';
import { setParallelCalls } from '../../helpers/engine-seed';
import { type Announcing, openAnnouncing, outcome } from './announce-fixture';

let announcing: Announcing;
beforeAll(async () => {
  announcing = await openAnnouncing('call-under-way');
});
beforeEach(() => announcing.begin());
afterAll(() => announcing.engine.close());

const query = (text: string) => announcing.engine.query(text);

/** A call of another batch that an older attempt of the range has under way, as far as nothing says otherwise. */
const olderCall = (
  other: Readonly<Partial<Record<'range' | 'worker' | 'token' | 'deadline' | 'answered', string>>>,
) => {
  const call = {
    range: '0',
    worker: '(select min(id) from worker)',
    token: '0',
    deadline: `now() + interval '1 hour'`,
    answered: 'null',
    ...other,
  };
  return `insert into call (execution_id, batch, number, range_number, key, positions, worker_id, token, deadline, answered_at)
    values (1, 1, 1, ${call.range}, 'k', '{50}', ${call.worker}, ${call.token}, ${call.deadline}, ${call.answered})`;
};

function take(range: number): Promise<SlotAnswer> {
  const { identity, worker } = announcing.input();
  return takeSlot(announcing.engine.database.pool, { identity, range, worker, leaseSeconds: 45 });
}

/** A next attempt of the range takes its slot. */
async function takeOver(): Promise<HeldSlot> {
  const taken = await take(0);
  if (taken.kind !== 'taken') throw new Error('There is no slot');
  return taken.slot;
}

describe('a range that is taken over announces nothing while the attempt before has a call under way, of whichever batch (P6)', () => {
  test.each([
    ['a first call', false],
    ['a repetition', true],
  ])('not %s', async (_what, repetition) => {
    await query(olderCall({}));
    const announce = { ...announcing.input().announce, repetition };
    expect(await announcing.ask({ announce })).toMatchObject({ callUnderWay: true, announced: false });
    expect(await query(`select batch from call`)).toEqual([{ batch: 1 }]);
  });

  test.each([
    ['a higher', '7'],
    ['the same', '1'],
  ])('nor when that attempt had another slot, with %s token, and another session', async (_what, token) => {
    await query(`insert into worker (name, backend_pid, backend_start)
      select name, backend_pid, backend_start from worker order by id desc limit 1`);
    await query(olderCall({ token, worker: '(select max(id) from worker)' }));
    expect(await announcing.ask()).toMatchObject({ callUnderWay: true, announced: false });
  });

  test('nor when that attempt had another slot of the same worker: a token is given once in an account', async () => {
    await announcing.ask({ announce: { ...announcing.input().announce, batch: 1, positions: [50], tickets: [] } });
    // Freed while the session of the worker was gone; another range has it now.
    await query(`update call_slot set token = token + 1, range_number = 9 where n = 1`);
    const slot = await takeOver();
    expect(slot.n).toBe(2);
    expect(await announcing.ask({ slot })).toMatchObject({ callUnderWay: true, announced: false });
  });

  test.each([
    ['is answered', olderCall({ answered: 'now()' })],
    ['is past its deadline', olderCall({ deadline: 'now()' })],
    ['is of a worker that is gone', olderCall({ worker: '-1' })],
    ['is of another range, which has a slot of its own', olderCall({ range: '7' })],
    ['is its own', olderCall({ token: '1' })],
  ])('a call that %s holds back none', async (_what, call) => {
    await query(call);
    expect(await announcing.ask()).toMatchObject({ callUnderWay: false, announced: true });
  });
});

describe('a slot that is left while an older attempt of its range has a call under way', () => {
  const deadlineMs = 30_000;
  const [sentAt, deadline] = ['2126-11-20 10:00:00+00', `'2126-11-20 10:00:30+00'`];
  beforeEach(() => setParallelCalls(announcing.engine.database.pool, { interface: 1, parallelCalls: 1 }));

  /** A next attempt takes the slot of the range, and leaves without a call. */
  const takeAndLeave = async () => {
    const slot = await takeOver();
    const { execution } = announcing.input().identity;
    const leaving = { execution, firstBatch: 0, lastBatch: -1, finished: false, gaveWay: false };
    await leaveRange(announcing.engine.database.pool, slot, leaving);
    return slot;
  };
  const answerLate = (at: string) => {
    const { execution } = announcing.input().identity;
    return answeredLate(announcing.engine.database, {
      execution,
      batch: 1,
      number: 1,
      range: 0,
      sentAt: at,
      deadlineMs,
    });
  };
  const held = () =>
    query(`select range_number as range, until = ${deadline} as left from call_slot where until > now()`);

  test('stays held until the deadline of that call: only the next attempt of the range may take it, and leaves it so again', async () => {
    await query(olderCall({ deadline }));
    await takeAndLeave();
    expect(await held()).toEqual([{ range: 0, left: true }]);
    expect(await take(1)).toEqual({ kind: 'waiting' });
    await takeAndLeave();
    expect(await held()).toEqual([{ range: 0, left: true }]);
    await query(`update call_slot set until = now() where range_number = 0`);
    expect(await take(1)).toMatchObject({ kind: 'taken' });
  });

  test('is not renewed by the attempt that has left it', async () => {
    await query(olderCall({ deadline }));
    const left = await takeAndLeave();
    const { execution } = announcing.input().identity;
    const renewed = await renewSlot(announcing.engine.database.pool, left, { execution, leaseSeconds: 45 });
    expect(renewed.held).toBe(false);
    expect(await held()).toEqual([{ range: 0, left: true }]);
  });

  test.each([
    ['past its deadline', olderCall({ deadline: 'now()' })],
    ['of a worker that is gone', olderCall({ worker: '-1' })],
    ['answered', olderCall({ answered: 'now()' })],
    ['of another range', olderCall({ range: '7' })],
  ])('is free when that call is %s', async (_what, call) => {
    await query(call);
    await takeAndLeave();
    expect(await held()).toEqual([]);
  });

  test('is free when its answer comes, however late; the answer to another sending frees nothing', async () => {
    await query(olderCall({ deadline }));
    await takeAndLeave();
    await answerLate('2026-11-20 10:00:00+00');
    expect(await held()).toHaveLength(1);
    await answerLate(sentAt);
    expect(await held()).toEqual([]);
    expect(await take(1)).toMatchObject({ kind: 'taken' });
  });

  test('stays with the attempt that has taken it when the answer comes', async () => {
    await query(olderCall({ deadline }));
    await takeAndLeave();
    await take(0);
    await answerLate(sentAt);
    expect(await held()).toEqual([{ range: 0, left: false }]);
    expect(await query(`select deadline <= now() as over from call`)).toEqual([{ over: true }]);
  });
});

/** A newer attempt takes the range over and repeats the call of the one before: its slot. */
async function takeOverAndRepeat(): Promise<HeldSlot> {
  await announcing.ask();
  const slot = await takeOver();
  await query(`update call set deadline = now()`);
  expect(await announcing.ask({ slot, announce: repetition() })).toMatchObject({ announced: true });
  return slot;
}
/** The first batch, as the attempt with that slot loads it. */
const load = ({ token }: HeldSlot) => {
  const { worker } = announcing.input();
  return loadPlan(announcing.engine.database.pool, { execution: 1, first: 0, last: 0, worker, token });
};
const repetition = (positions: readonly number[] = [0, 1]) => ({
  ...announcing.input().announce,
  repetition: true,
  positions,
});

describe('an ousted attempt learns that its call delivered all, while a newer attempt repeats that call', () => {
  let newer: HeldSlot;
  beforeEach(async () => {
    newer = await takeOverAndRepeat();
    await announcing.recordLate([outcome(0), outcome(1)]);
  });

  test('the repetition stays under way: one more attempt announces nothing beside it until it is over (P6)', async () => {
    const slot = await takeOver();
    const announce = { ...announcing.input().announce, batch: 1, positions: [50], tickets: [] };
    expect(await announcing.ask({ slot, announce })).toMatchObject({ callUnderWay: true, announced: false });
    await query(`update call set deadline = now()`);
    expect(await announcing.ask({ slot, announce })).toMatchObject({ callUnderWay: false, announced: true });
  });

  test('nobody repeats it any more, and nothing of it is left to send', async () => {
    expect(await announcing.ask({ slot: newer, announce: repetition() })).toMatchObject({
      announced: false,
      ticketsChanged: true,
    });
    await query(`update call set deadline = now()`);
    const slot = await takeOver();
    expect(await announcing.ask({ slot, announce: repetition() })).toMatchObject({
      announced: false,
      ticketsChanged: true,
    });
    expect(await load(slot)).toMatchObject([{ settled: [0, 1], calls: [{ over: true }] }]);
  });

  test('others wait for it, not the attempt that announced it: that has none under way when it loads its plan', async () => {
    expect(await load({ ...newer, token: '0' })).toMatchObject([{ calls: [{ over: false }] }]);
    expect(await load(newer)).toMatchObject([{ calls: [{ over: true }] }]);
  });

  test('its own answer ends it as ever', async () => {
    await announcing.record([outcome(0), outcome(1)], { slot: newer });
    expect(await announcing.state()).toMatchObject({ log: { 0: 'DELIVERED', 1: 'DELIVERED' }, answered: 1 });
  });
});

test('an ousted attempt that learns it once that repetition is over ends the call', async () => {
  await takeOverAndRepeat();
  await query(`update call set deadline = now()`);
  await announcing.recordLate([outcome(0), outcome(1)]);
  expect(await announcing.state()).toMatchObject({ log: { 0: 'DELIVERED', 1: 'DELIVERED' }, answered: 1 });
});

test('a call that delivered some of its tickets is repeated for the others, until it has delivered those, too', async () => {
  const newer = await takeOverAndRepeat();
  await announcing.recordLate([outcome(0)]);
  expect(await announcing.ask({ slot: newer, announce: repetition() })).toMatchObject({ announced: true });
  await query(`update call set deadline = now()`);
  const slot = await takeOver();
  expect(await announcing.ask({ slot, announce: repetition([1]) })).toMatchObject({ announced: true });
  await announcing.recordLate([outcome(0), outcome(1)]);
  expect(await announcing.ask({ slot, announce: repetition([1]) })).toMatchObject({ announced: false });
});
