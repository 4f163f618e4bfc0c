import { isTrialLost, takeTrial } from '../../../db/queries/push/trial';
import { type Announcing, openAnnouncing } from './announce-fixture';

let announcing: Announcing;
beforeAll(async () => {
  announcing = await openAnnouncing('trial');
});
beforeEach(async () => {
  await announcing.begin();
  await query(`update execution set narrowing_range = 0, calls_without_acceptance = 30`);
});
afterAll(() => announcing.engine.close());

const query = (text: string) => announcing.engine.query(text);
const trialOf = (range: number) => {
  const { identity, slot } = announcing.input();
  return { execution: identity.execution, slot: { ...slot, range } };
};
const take = (range = 0) => takeTrial(announcing.engine.database, trialOf(range));
const isLost = (found: { readonly exhausted: boolean; readonly refused: number }, range = 0) =>
  isTrialLost(announcing.engine.database, { ...trialOf(range), ...found });
const state = () => query(`select trial, calls_without_acceptance as vain from execution`);

test('it is wanted until it is judged, and taken again by whoever narrows then', async () => {
  expect(await take()).toEqual([0, 1]);
  expect(await state()).toEqual([{ trial: 'wanted', vain: 30 }]);
  await query(`update execution set narrowing_range = 7; update call_slot set range_number = 7 where range_number = 0`);
  expect(await take(7)).toEqual([0, 1]);
  expect(await isLost({ exhausted: false, refused: 1 }, 7)).toBe(true);
});

test('a range that lost its slot, and with it the narrowing, takes no trial and ends no run', async () => {
  await take();
  await query(`update execution set narrowing_range = 7`);
  expect(await take()).toEqual([]);
  expect(await isLost({ exhausted: false, refused: 2 })).toBe(false);
  expect(await isLost({ exhausted: true, refused: 0 })).toBe(false);
  expect(await state()).toEqual([{ trial: 'wanted', vain: 30 }]);
});

test('an attempt that was ousted ends no run: the refusals that it learnt are not on record', async () => {
  await take();
  await query(`update call_slot set token = token + 1`);
  expect(await isLost({ exhausted: false, refused: 2 })).toBe(false);
  expect(await isLost({ exhausted: true, refused: 0 })).toBe(false);
  expect(await state()).toEqual([{ trial: 'wanted', vain: 30 }]);
});

test('a ticket that any lane delivers meanwhile ends it', async () => {
  await announcing.ask({ announce: { ...announcing.input().announce, trial: true } });
  await take();
  const delivered = { outcome: 'DELIVERED', contentHash: 'ab'.repeat(32), fromAnswer: true } as const;
  await announcing.record([{ ...delivered, position: 0, ticketId: '1' }]);
  expect(await state()).toEqual([{ trial: 'none', vain: 0 }]);
  await query(`update execution set narrowing_range = 0`);
  expect(await isLost({ exhausted: false, refused: 2 })).toBe(false);
});

test('batches that needed no call, or whose answer refused nothing, decide nothing', async () => {
  await take();
  expect(await isLost({ exhausted: false, refused: 0 })).toBe(false);
  expect(await state()).toEqual([{ trial: 'wanted', vain: 30 }]);
});

test('without a batch to try a run that delivered narrows on for 30 calls more, and one that did not has lost', async () => {
  await take();
  expect(await isLost({ exhausted: true, refused: 0 })).toBe(true);
  await query(`insert into call (execution_id, batch, number, range_number, key, positions, worker_id, token, deadline, delivered)
    values (1, 0, 1, 0, 'k', '{0}', 1, 1, now(), '{0}')`);
  expect(await isLost({ exhausted: true, refused: 0 })).toBe(false);
  expect(await state()).toEqual([{ trial: 'taken', vain: 0 }]);
});

const skip = (last: number) => `insert into execution_undelivered (execution_id, position, ticket_id, outcome, code)
  select 1, i, i + 1, 'SKIPPED', 'X' from generate_series(0, ${String(last)}) as i`;
const call = (range: number, answeredAt: string, deadline = 'now()') =>
  `insert into call (execution_id, batch, number, range_number, key, positions, worker_id, token, deadline, answered_at)
   values (1, 0, 1, ${String(range)}, 'k', '{0}', (select max(id) from worker), 1, ${deadline}, ${answeredAt})`;

test.each([
  ['one that is skipped to its last ticket', skip(49), [1]],
  ['one that is skipped but for its last ticket', skip(48), [0, 1]],
  ['one that an answered call has touched', call(0, 'now()'), [1]],
  ['one with a call under way', call(0, 'null', `now() + interval '1 hour'`), [1]],
  ['one with a call that a trial of this range left without an answer', call(0, 'null'), [0, 1]],
  ['one with such a call of another range, which may repeat it', call(7, 'null'), [1]],
])('of two batches, the first %s: which are tried', async (_what, change, batches) => {
  await query(change);
  expect(await take()).toEqual(batches);
});
