import { takeCallBack } from '../../../db/queries/push/take-call-back';
import { until } from '../../helpers/until';
import { type Announcing, openAnnouncing } from './announce-fixture';

let announcing: Announcing;
beforeAll(async () => {
  announcing = await openAnnouncing('take-call-back');
});
beforeEach(() => announcing.begin());
afterAll(() => announcing.engine.close());

const query = (text: string) => announcing.engine.query(text);

/** Takes the call back that was announced at `sentAt`. */
function takeBack(sentAt: string): Promise<boolean> {
  const { identity, slot, announce } = announcing.input();
  const { batch, number, deadlineMs } = announce;
  const call = { execution: identity.execution, slot, batch, number, sentAt, deadlineMs };
  return takeCallBack(announcing.engine.database, call);
}

test('a call that was announced once is off the record, and announced again as a first one: its tickets are looked at', async () => {
  const { sentAt } = await announcing.ask();
  expect(await takeBack(sentAt)).toBe(true);
  expect(await query(`select from call`)).toEqual([]);
  expect(await takeBack(sentAt)).toBe(false);
  expect(await announcing.ask()).toMatchObject({ announced: true });
  expect(await query(`select number, repeats from call`)).toEqual([{ number: 1, repeats: 0 }]);
});

test('a ticket that changed after it was taken back holds it', async () => {
  const { sentAt } = await announcing.ask();
  await takeBack(sentAt);
  await query(`update ticket set seat = 'other' where id = 2`);
  expect(await announcing.ask()).toMatchObject({ announced: false, ticketsChanged: true });
});

test('only that call: others of the batch stay', async () => {
  const { announce } = announcing.input();
  await announcing.ask({ announce: { ...announce, number: 2, positions: [2], tickets: [] } });
  expect(await takeBack((await announcing.ask()).sentAt)).toBe(true);
  expect(await query(`select number from call`)).toEqual([{ number: 2 }]);
});

test('one that was repeated stays: TIXNGO may have its tickets', async () => {
  const { announce } = announcing.input();
  await announcing.ask();
  const { sentAt } = await announcing.ask({ announce: { ...announce, repetition: true } });
  expect(await takeBack(sentAt)).toBe(false);
  expect(await query(`select repeats from call`)).toEqual([{ repeats: 1 }]);
});

test.each([
  ['was answered', `update call set answered_at = now()`],
  ['brought a delivery', `update call set delivered = array[0]`],
  ['was announced anew since', `update call set deadline = deadline + interval '1 millisecond'`],
  ['was announced by another holder of the slot', `update call set token = token + 1`],
  ['is of a slot that a newer attempt holds', `update call_slot set token = token + 1`],
  ['is of a slot that another range holds', `update call_slot set range_number = 9 where range_number is not null`],
])('one that %s stays', async (_what, change) => {
  const { sentAt } = await announcing.ask();
  await query(change);
  expect(await takeBack(sentAt)).toBe(false);
  expect(await query(`select number from call`)).toEqual([{ number: 1 }]);
});

test('a newer attempt that is taking the slot is waited for; what it may have read stays', async () => {
  const { sentAt } = await announcing.ask();
  const newer = await announcing.engine.database.pool.connect();
  try {
    await newer.query('begin');
    await newer.query(`update call_slot set token = token + 1 where execution_id is not null`);
    const taken = takeBack(sentAt);
    await until('it waits for the slot', async () => {
      const waiting = await query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return waiting.length > 0;
    });
    await newer.query('commit');
    expect(await taken).toBe(false);
  } finally {
    newer.release();
  }
  expect(await query(`select number from call`)).toEqual([{ number: 1 }]);
});
