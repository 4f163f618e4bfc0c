import { type Announcing, openAnnouncing } from './announce-fixture';

let announcing: Announcing;
beforeAll(async () => {
  announcing = await openAnnouncing('repeat');
});
beforeEach(async () => {
  await announcing.begin();
  await announcing.ask();
});
afterAll(() => announcing.engine.close());

const query = (text: string) => announcing.engine.query(text);
/** By the range that holds the slot. */
const repeat = () => announcing.ask({ announce: { ...announcing.input().announce, repetition: true } });

const byNobody = `update call set worker_id = 0`;
const byAnotherRange = `update call set range_number = 7`;
const byAnOlderAttempt = `update call set token = token - 1`;

describe('a call is repeated only when it is over: under way twice, it would be more calls than parallelCalls', () => {
  test.each([
    ['another range', byAnotherRange],
    ['an older attempt of the range', byAnOlderAttempt],
  ])('not while it is under way by %s; the batch is loaded again', async (_who, change) => {
    await query(change);
    const before = await query(`select * from call`);
    // Nothing else stands against it, so the lane loads the batch, and finds what it has to wait for.
    expect(await repeat()).toMatchObject({ announced: false, slotHeld: true, ending: null, probeNeeded: false });
    expect(await query(`select * from call`)).toEqual(before);
  });

  test.each([
    ['its deadline is past', `${byAnotherRange}; update call set deadline = now()`],
    ['its worker is dead', `${byAnotherRange}; ${byNobody}`],
    ['it is its own: the lane knows that it has failed', `select`],
  ])('when %s', async (_what, change) => {
    await query(change);
    expect(await repeat()).toMatchObject({ announced: true });
    expect(await query(`select range_number as range, repeats from call`)).toEqual([{ range: 0, repeats: 1 }]);
  });

  test('not while it is under way, in an outage either: the probe is left to others', async () => {
    await query(`${byAnotherRange}; update organizer_gate set failing_since = now()`);
    expect(await repeat()).toMatchObject({ announced: false, probeNeeded: true });
    expect(await query(`select probe_at from organizer_gate`)).toEqual([{ probe_at: null }]);
  });
});

test('a call that was taken back since the batch was loaded is not repeated: the batch is loaded again', async () => {
  await query(`delete from call`);
  expect(await repeat()).toMatchObject({ announced: false, ticketsChanged: true });
  expect(await query(`select from call`)).toEqual([]);
});
