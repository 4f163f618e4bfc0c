import { recordDeliveries, type RecordedOutcome } from '../../../db/queries/push/announce';
import { inTransaction } from '../../../db/transaction';
import { until } from '../../helpers/until';
import { type Announcing, answered, openAnnouncing, outcome, refused, skipped } from './announce-fixture';

let announcing: Announcing;

beforeAll(async () => {
  announcing = await openAnnouncing('record');
});
beforeEach(() => announcing.begin());
afterAll(() => announcing.engine.close());

const query = (text: string) => announcing.engine.query(text);

const record: Announcing['record'] = (outcomes, changes) => announcing.record(outcomes, changes);
const state = () => announcing.state();

describe('an answer is recorded', () => {
  beforeEach(() => announcing.ask());

  test('with everything that follows from it', async () => {
    await record([outcome(0), refused(1)]);
    expect(await state()).toEqual({
      log: { 0: 'DELIVERED', 1: 'REFUSED' },
      marks: { 1: 1 },
      last: { 2: 'REFUSED' },
      printed: [1],
      claims: 98,
      answered: 1,
    });
    expect(
      await query(`select organizer, execution_id, sent_at, encode(content_hash, 'hex') as hash from processed`),
    ).toEqual([{ organizer: 'club', execution_id: '1', sent_at: '2026-11-20 10:00:00+00', hash: 'ab'.repeat(32) }]);
    expect(await query(`select attempted_at from ticket_outcome`)).toEqual([
      { attempted_at: '2026-11-20 10:00:00+00' },
    ]);
  });

  test('a whole call of 50 in one statement, and its repetition changes nothing', async () => {
    const all = Array.from({ length: 50 }, (_, i) => (i % 2 === 0 ? outcome(i) : refused(i)));
    await record(all);
    const first = await state();
    expect(first).toMatchObject({ claims: 50, answered: 1 });
    expect(Object.keys(first?.marks ?? {})).toHaveLength(25);
    await record(all);
    expect(await state()).toEqual(first);
  });

  test('an UNKNOWN ticket keeps its claim until the close', async () => {
    await record([outcome(0, { outcome: 'UNKNOWN', code: 'NO_RESULT' })]);
    expect(await state()).toMatchObject({ last: { 1: 'UNKNOWN' }, claims: 100 });
  });

  test('a simulation leaves nothing on the ticket', async () => {
    await record([refused(0, false), outcome(1, { outcome: 'SIMULATED' })], { simulation: true });
    expect(await state()).toMatchObject({ log: { 0: 'REFUSED', 1: 'SIMULATED' }, last: {}, marks: {} });
  });

  test('a push that prints nothing marks only', async () => {
    await record([outcome(0)], { printingPointOfSales: null });
    expect(await state()).toMatchObject({ marks: { 1: 1 }, printed: [] });
  });

  test('the status moves from NOT_PRINTED only', async () => {
    await query(`update ticket set status = 'CANCELLED' where id = 1`);
    await record([outcome(0), outcome(1)]);
    expect(await query(`select id, status from ticket where id <= 2 order by id`)).toEqual([
      { id: '1', status: 'CANCELLED' },
      { id: '2', status: 'PRINTED' },
    ]);
    expect(await state()).toMatchObject({ marks: { 1: 1, 2: 1 } });
  });

  test('another delivery raises the version of the mark', async () => {
    await record([outcome(0)]);
    await query(`update processed set execution_id = 99`);
    await record([outcome(0)]);
    expect(await state()).toMatchObject({ marks: { 1: 2 } });
  });
});

describe('facts win: a delivery is recorded whoever learns it, everything else only by the owner', () => {
  beforeEach(() => announcing.ask());

  test.each([
    ['the slot is lost', `update call_slot set token = token + 1`],
    ['the execution is closed', `update execution set closed_at = now(), outcome = 'OK', ending = 'done'`],
  ])('%s', async (_what, change) => {
    await query(change);
    // Without the slot a close may be counting: nothing is written before the execution is locked.
    const before = await state();
    expect(await record([outcome(0), refused(1)])).toMatchObject({ late: true });
    expect(await state()).toEqual(before);
    await announcing.recordLate([outcome(0), refused(1)]);
    expect(await state()).toEqual({
      log: { 0: 'DELIVERED' },
      marks: { 1: 1 },
      last: {},
      printed: [1],
      claims: 99,
      // One of its tickets is open: the owner sends it again.
      answered: 0,
    });
    await announcing.recordLate([outcome(0), outcome(1)]);
    expect(await state()).toMatchObject({ log: { 0: 'DELIVERED', 1: 'DELIVERED' }, answered: 1 });
  });

  test('the execution is not known here: only the marks', async () => {
    const identity = { ...announcing.input().identity, firstRunId: 'other' };
    expect(await record([outcome(0), refused(1)], { identity })).toMatchObject({ identityKnown: false, late: true });
    await announcing.recordLate([outcome(0), refused(1)], { identity });
    expect(await state()).toMatchObject({ log: {}, marks: { 1: 1 }, last: {}, printed: [1], answered: 0 });
  });

  test('DELIVERED stands over any other outcome, and no other over DELIVERED', async () => {
    await record([refused(0), outcome(1)]);
    await record([outcome(0), refused(1)]);
    expect(await state()).toMatchObject({ log: { 0: 'DELIVERED', 1: 'DELIVERED' }, marks: { 1: 1, 2: 1 } });
  });

  test('a ticket that two calls delivered is told once', async () => {
    await announcing.ask({ announce: { ...announcing.input().announce, number: 2 } });
    await record([outcome(0), outcome(1)]);
    const call = { ...answered, number: 2 };
    await record([], { record: { outcomes: [outcome(1), outcome(2)], call } });
    expect(
      await query(
        `select position, ticket_id, batch, recorded_at is not null as at from execution_ticket order by position`,
      ),
    ).toEqual([0, 1, 2].map((position) => ({ position, ticket_id: String(position + 1), batch: 0, at: true })));
  });

  test('what an ousted attempt and the owner learn of one call at once both stand', async () => {
    const { announce: _announce, ...rest } = announcing.input();
    const input = { ...rest, record: { outcomes: [outcome(0)], call: answered } };
    const recording: Promise<unknown>[] = [];
    await inTransaction(announcing.engine.database, async (transaction) => {
      await recordDeliveries(transaction, input);
      recording.push(record([outcome(1)]));
      const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      await until('the owner waits', async () => (await query(waiting)).length > 0);
    });
    await Promise.all(recording);
    const log = { 0: 'DELIVERED', 1: 'DELIVERED' };
    expect(await state()).toMatchObject({ log, marks: { 1: 1, 2: 1 }, printed: [1, 2], claims: 98, answered: 1 });
  });

  test('a ticket that was deleted while its call was under way keeps nothing of the others from the record', async () => {
    await query(`delete from claim where ticket_id = 2; delete from ticket where id = 2`);
    await record([outcome(0), outcome(1), refused(2)]);
    expect(await state()).toMatchObject({
      log: { 0: 'DELIVERED', 1: 'DELIVERED', 2: 'REFUSED' },
      marks: { 1: 1 },
      answered: 1,
    });
  });

  // Of the third ticket: the first two are in a call without an answer.
  test.each<[string, RecordedOutcome, Record<string, string>]>([
    ['SKIPPED does not settle it', skipped(2), { 3: 'UNKNOWN' }],
    ['our own refusal does not settle it', refused(2, false), { 3: 'UNKNOWN' }],
    ['a refusal of TIXNGO does', refused(2, true), { 3: 'REFUSED' }],
    ['a delivery does', outcome(2), {}],
  ])('a ticket UNKNOWN from an earlier run: %s', async (_what, settled, last) => {
    await query(`insert into ticket_outcome (ticket_id, function, execution_id, outcome, code, attempted_at)
      values (3, 'inject-tickets', 99, 'UNKNOWN', 'ANSWER_LOST', now())`);
    await record([settled]);
    expect(await state()).toMatchObject({ last });
  });
});

describe('what an answer says about the account and the run', () => {
  beforeEach(() => announcing.ask());
  const counters = () =>
    query(
      `select whole_refusals_in_a_row as whole, calls_without_acceptance as vain, narrowing_range as narrowing from execution`,
    );
  const refusal = (number: number, { first = false, token = announcing.input().slot.token } = {}) => {
    const call = { ...answered, number, refusedWhole: true, first, refusal: { code: 'C', message: 'm' } };
    return record([], { slot: { ...announcing.input().slot, token }, record: { outcomes: [], call } });
  };

  test('any valid answer opens the gate', async () => {
    await query(`update organizer_gate set failing_since = now(), failing_code = 'X', key_refused_at = now()`);
    await record([refused(0)]);
    expect(await query(`select failing_since, failing_code, key_refused_at from organizer_gate`)).toEqual([
      { failing_since: null, failing_code: null, key_refused_at: null },
    ]);
  });

  test('whole refusals count, each once; the range that met the first narrows; an accepted ticket ends that', async () => {
    for (const number of [2, 3, 4]) await announcing.ask({ announce: { ...announcing.input().announce, number } });
    await refusal(1, { first: true });
    expect(await counters()).toEqual([{ whole: 1, vain: 1, narrowing: 0 }]);
    await refusal(1, { first: true });
    expect(await counters()).toEqual([{ whole: 1, vain: 1, narrowing: 0 }]);
    await refusal(2);
    await refusal(3, { first: true });
    expect(await counters()).toEqual([{ whole: 2, vain: 3, narrowing: 0 }]);
    await refusal(4, { first: true, token: '0' });
    expect(await counters()).toEqual([{ whole: 2, vain: 3, narrowing: 0 }]);
    await record([outcome(0)]);
    expect(await counters()).toEqual([{ whole: 0, vain: 0, narrowing: null }]);
  });

  test('a range that is refused narrows in place of one that lost its slot', async () => {
    await query(`update execution set narrowing_range = 7`);
    await refusal(1, { first: true });
    expect(await counters()).toEqual([{ whole: 1, vain: 1, narrowing: 0 }]);
  });

  test('a range that is refused leaves the narrowing to the one that began it and has its slot', async () => {
    await query(`update execution set narrowing_range = 7;
      update call_slot set execution_id = (select id from execution), range_number = 7, until = now() + interval '5 seconds'
      where execution_id is null and n = (select max(n) from call_slot)`);
    await refusal(1, { first: true });
    expect(await counters()).toEqual([{ whole: 1, vain: 1, narrowing: 7 }]);
  });

  test('the words of a whole refusal are kept with its call', async () => {
    await refusal(1, { first: true });
    expect(await query(`select refusal_code, refusal_message from call`)).toEqual([
      { refusal_code: 'C', refusal_message: 'm' },
    ]);
  });
});
