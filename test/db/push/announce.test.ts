import { type AnnounceInput, recordAndAnnounce, type RecordedOutcome } from '../../../db/queries/push/announce';
import { takeSlot } from '../../../db/queries/push/take-slot';
import { openRun } from '../../helpers/engine-run';
import { addTickets } from '../../helpers/engine-seed';
import { type Engine, openEngine } from '../../helpers/engine-world';

let engine: Engine;
let input: AnnounceInput & { readonly announce: NonNullable<AnnounceInput['announce']> };

beforeAll(async () => {
  engine = await openEngine('announce');
});
afterAll(() => engine.close());

/** An execution of 100 tickets, its first range holding a slot, and the announcement of its first batch. */
beforeEach(async () => {
  await engine.reset();
  await addTickets(engine.database.pool, 1, 100);
  const run = openRun(engine);
  await run.plan();
  const { workflowId, firstRunId } = run;
  const identity = { execution: run.execution(), namespace: 'default', workflowId, firstRunId };
  const worker = engine.worker.session.id() ?? '';
  const taking = { identity, organizer: 'club', interfaceId: '1', range: 0, worker, leaseSeconds: 45 };
  const slot = await takeSlot(engine.database, taking);
  if (slot === undefined) throw new Error('no slot');
  input = {
    identity,
    slot,
    worker,
    function: 'inject-tickets',
    printingPointOfSales: '1',
    simulation: false,
    announce: {
      batch: 0,
      number: 1,
      key: 'key',
      positions: [0, 1],
      tickets: await engine.query<{ ticketId: string; rowVersion: string }>(
        `select id as "ticketId", xmin::text as "rowVersion" from ticket where id <= 2 order by id`,
      ),
      repetition: false,
      deadlineMs: 5_000,
    },
  };
});

const ask = (changes: Partial<AnnounceInput> = {}) => recordAndAnnounce(engine.database.pool, { ...input, ...changes });

const someText: unknown = expect.any(String);
const someNumber: unknown = expect.any(Number);

const allWell = {
  identityKnown: true,
  closed: false,
  slotHeld: true,
  workerAlive: true,
  paused: false,
  heldBack: false,
  ending: null,
  closedForMs: 0,
  failingForMs: null,
  keyRefused: false,
  probeNeeded: false,
  narrowedElsewhere: false,
  trialWanted: false,
  ticketsChanged: false,
  announced: true,
  sentAt: someText,
};

describe('a call is announced when nothing stands against it', () => {
  test('all is well: it is on record, unanswered, with its deadline', async () => {
    expect(await ask()).toEqual(allWell);
    expect(
      await engine.query(`select batch, number, range_number, key, positions, repeats, answered_at,
        deadline - announced_at as within from call`),
    ).toMatchObject([
      {
        batch: 0,
        number: 1,
        range_number: 0,
        key: 'key',
        positions: [0, 1],
        repeats: 0,
        answered_at: null,
        within: '00:00:05',
      },
    ]);
  });

  test('nothing to record and nothing to announce changes nothing', async () => {
    const { announce: _announce, ...nothing } = input;
    expect(await recordAndAnnounce(engine.database.pool, nothing)).toEqual({ ...allWell, announced: false });
    expect(await engine.query(`select from call`)).toEqual([]);
  });

  test.each<[string, string, Partial<typeof allWell> | Record<string, unknown>]>([
    ['the execution ends', `update execution set ending = 'operator'`, { ending: 'operator' }],
    [
      'the execution is closed',
      `update execution set closed_at = now(), outcome = 'OK', ending = 'done'`,
      { closed: true, ending: 'done' },
    ],
    ['the token of the slot was raised', `update call_slot set token = token + 1`, { slotHeld: false }],
    [
      'the slot would end before the answer',
      `update call_slot set until = now() + interval '4 seconds' where until is not null`,
      { slotHeld: false },
    ],
    ['the execution is paused', `update execution set paused_at = now()`, { paused: true }],
    ['the interface is paused', `update interface set paused = true`, { heldBack: true }],
    ['the account is paused', `update organizer_gate set paused = true`, { heldBack: true }],
    [
      'TIXNGO asked for a pause',
      `update organizer_gate set not_before = now() + interval '1 hour'`,
      { closedForMs: someNumber },
    ],
    [
      'TIXNGO fails, and the probe is taken',
      `update organizer_gate set failing_since = now() - interval '1 hour', probe_at = now() + interval '1 second'`,
      { probeNeeded: true, failingForMs: someNumber },
    ],
    [
      'the key is refused',
      `update organizer_gate set key_refused_at = now() + interval '1 second'`,
      { keyRefused: true, probeNeeded: true },
    ],
    ['a ticket changed since it was loaded', `update ticket set seat = 'other' where id = 2`, { ticketsChanged: true }],
    [
      'another range narrows whole refusals',
      `update execution set whole_refusals_in_a_row = 2, narrowing_range = 7`,
      { narrowedElsewhere: true },
    ],
    [
      'this range narrowed 30 times in vain',
      `update execution set calls_without_acceptance = 30, narrowing_range = 0`,
      { trialWanted: true },
    ],
    [
      'the number is taken by an answered call',
      `insert into call (execution_id, batch, number, range_number, key, positions, worker_id, token, deadline, answered_at)
       values (1, 0, 1, 0, 'k', '{0}', 1, 1, now(), now())`,
      {},
    ],
    [
      'the number is taken by a call of an older attempt',
      `insert into call (execution_id, batch, number, range_number, key, positions, worker_id, token, deadline)
       values (1, 0, 1, 0, 'k', '{0}', 1, 0, now())`,
      {},
    ],
  ])('not when %s', async (_what, change, said) => {
    await engine.query(change);
    const before = await engine.query(`select * from call`);
    expect(await ask()).toEqual({ ...allWell, ...said, announced: false });
    expect(await engine.query(`select * from call`)).toEqual(before);
  });

  test.each<[string, (given: AnnounceInput) => Partial<AnnounceInput>, Record<string, unknown>]>([
    [
      'the run is another one',
      ({ identity }) => ({ identity: { ...identity, firstRunId: 'other' } }),
      { identityKnown: false },
    ],
    [
      'the workflow is another one',
      ({ identity }) => ({ identity: { ...identity, workflowId: 'other' } }),
      { identityKnown: false },
    ],
    [
      'the namespace is another one',
      ({ identity }) => ({ identity: { ...identity, namespace: 'other' } }),
      { identityKnown: false },
    ],
    ['the worker has no session', () => ({ worker: '0' }), { workerAlive: false }],
    ['the slot is of another range', ({ slot }) => ({ slot: { ...slot, range: 9 } }), { slotHeld: false }],
  ])('not when %s', async (_what, change, said) => {
    expect(await ask(change(input))).toEqual({ ...allWell, ...said, announced: false });
    expect(await engine.query(`select from call`)).toEqual([]);
  });

  test('not when the session of its worker has ended', async () => {
    const other = await engine.openWorker();
    const worker = other.session.id() ?? '';
    expect(await ask({ worker })).toMatchObject({ workerAlive: true });
    await other.close();
    await until(async () => !(await ask({ worker, announce: { ...input.announce, number: 2 } })).workerAlive);
  });

  test('a ticket that changed does not hold back a repetition: its call may have been acted on', async () => {
    await ask();
    await engine.query(`update ticket set seat = 'other' where id = 2`);
    const repeated = await ask({ announce: { ...input.announce, repetition: true, key: 'key2' } });
    expect(repeated).toMatchObject({ announced: true, ticketsChanged: false });
    expect(await engine.query(`select repeats, key from call`)).toEqual([{ repeats: 1, key: 'key2' }]);
  });

  test('a failing account gets one probe a second in all, whoever asks', async () => {
    await engine.query(`update organizer_gate set failing_since = now()`);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => ask({ announce: { ...input.announce, number: i + 1 } })),
    );
    expect(answers.filter(({ announced }) => announced)).toHaveLength(1);
    expect((await engine.query(`select from call`)).length).toBe(1);
  });

  test('the first call of a run that began after the key was refused is the probe', async () => {
    await engine.query(`update organizer_gate set key_refused_at = now() - interval '1 hour'`);
    expect(await ask()).toEqual({ ...allWell, probeNeeded: true });
    expect(await ask({ announce: { ...input.announce, number: 2 } })).toMatchObject({ announced: false });
  });

  test('an outage counts from the later of the failure and the opening of the run', async () => {
    await engine.query(
      `update organizer_gate set failing_since = now() - interval '1 hour', probe_at = now() + interval '1 minute'`,
    );
    const { failingForMs } = await ask();
    expect(failingForMs).toBeLessThan(60_000);
    await engine.query(`update execution set opened_at = now() - interval '30 minutes'`);
    expect(Math.round(((await ask()).failingForMs ?? 0) / 60_000)).toBe(30);
  });
});

const outcome = (position: number, changes: Partial<RecordedOutcome> = {}): RecordedOutcome => ({
  position,
  ticketId: String(position + 1),
  outcome: 'DELIVERED',
  contentHash: 'ab'.repeat(32),
  fromAnswer: true,
  ...changes,
});
const refused = (position: number, fromAnswer = true) =>
  outcome(position, { outcome: 'REFUSED', code: 'NO', message: 'no', fromAnswer });
const answered = { batch: 0, number: 1, refusedWhole: false, first: true, sentAt: '2026-11-20 10:00:00+00' };
const record = (outcomes: readonly RecordedOutcome[], changes: Partial<AnnounceInput> = {}) => {
  const { announce: _announce, ...rest } = input;
  return recordAndAnnounce(engine.database.pool, { ...rest, record: { outcomes, call: answered }, ...changes });
};

const state = async () => {
  const [row] = await engine.query<Record<string, unknown>>(`select
    (select coalesce(jsonb_object_agg(position, outcome), '{}') from execution_ticket) as log,
    (select coalesce(jsonb_object_agg(ticket_id, version), '{}') from processed) as marks,
    (select coalesce(jsonb_object_agg(ticket_id, outcome), '{}') from ticket_outcome) as last,
    (select coalesce(jsonb_agg(id order by id), '[]') from ticket where status = 'PRINTED') as printed,
    (select count(*)::integer from claim) as claims,
    (select count(*)::integer from call where answered_at is not null) as answered`);
  return row;
};

describe('an answer is recorded', () => {
  beforeEach(() => ask());

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
      await engine.query(`select organizer, execution_id, sent_at, encode(content_hash, 'hex') as hash from processed`),
    ).toEqual([{ organizer: 'club', execution_id: '1', sent_at: '2026-11-20 10:00:00+00', hash: 'ab'.repeat(32) }]);
    expect(await engine.query(`select attempted_at from ticket_outcome`)).toEqual([
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
    await engine.query(`update ticket set status = 'CANCELLED' where id = 1`);
    await record([outcome(0), outcome(1)]);
    expect(await engine.query(`select id, status from ticket where id <= 2 order by id`)).toEqual([
      { id: '1', status: 'CANCELLED' },
      { id: '2', status: 'PRINTED' },
    ]);
    expect(await state()).toMatchObject({ marks: { 1: 1, 2: 1 } });
  });

  test('another delivery raises the version of the mark', async () => {
    await record([outcome(0)]);
    await engine.query(`update processed set execution_id = 99`);
    await record([outcome(0)]);
    expect(await state()).toMatchObject({ marks: { 1: 2 } });
  });
});

describe('facts win: a delivery is recorded whoever learns it, everything else only by the owner', () => {
  beforeEach(() => ask());

  test.each([
    ['the slot is lost', `update call_slot set token = token + 1`],
    ['the execution is closed', `update execution set closed_at = now(), outcome = 'OK', ending = 'done'`],
  ])('%s', async (_what, change) => {
    await engine.query(change);
    await record([outcome(0), refused(1)]);
    expect(await state()).toEqual({
      log: { 0: 'DELIVERED' },
      marks: { 1: 1 },
      last: {},
      printed: [1],
      claims: 99,
      // One of its tickets is open: the owner sends it again.
      answered: 0,
    });
    await record([outcome(0), outcome(1)]);
    expect(await state()).toMatchObject({ log: { 0: 'DELIVERED', 1: 'DELIVERED' }, answered: 1 });
  });

  test('the execution is not known here: only the marks', async () => {
    const identity = { ...input.identity, firstRunId: 'other' };
    expect(await record([outcome(0), refused(1)], { identity })).toMatchObject({ identityKnown: false });
    expect(await state()).toMatchObject({ log: {}, marks: { 1: 1 }, last: {}, printed: [1], answered: 0 });
  });

  test('DELIVERED stands over any other outcome, and no other over DELIVERED', async () => {
    await record([refused(0), outcome(1)]);
    await record([outcome(0), refused(1)]);
    expect(await state()).toMatchObject({ log: { 0: 'DELIVERED', 1: 'DELIVERED' }, marks: { 1: 1, 2: 1 } });
  });

  test.each<[string, RecordedOutcome, Record<string, string>]>([
    ['SKIPPED does not settle it', outcome(0, { outcome: 'SKIPPED', code: 'X', fromAnswer: false }), { 1: 'UNKNOWN' }],
    ['our own refusal does not settle it', refused(0, false), { 1: 'UNKNOWN' }],
    ['a refusal of TIXNGO does', refused(0, true), { 1: 'REFUSED' }],
    ['a delivery does', outcome(0), {}],
  ])('a ticket UNKNOWN from an earlier run: %s', async (_what, settled, last) => {
    await engine.query(`insert into ticket_outcome (ticket_id, function, execution_id, outcome, code, attempted_at)
      values (1, 'inject-tickets', 99, 'UNKNOWN', 'ANSWER_LOST', now())`);
    await record([settled]);
    expect(await state()).toMatchObject({ last });
  });
});

describe('what an answer says about the account and the run', () => {
  beforeEach(() => ask());
  const counters = () =>
    engine.query(
      `select whole_refusals_in_a_row as whole, calls_without_acceptance as vain, narrowing_range as narrowing from execution`,
    );
  const refusal = (number: number, { first = false, token = input.slot.token } = {}) => {
    const { announce: _announce, ...rest } = input;
    const call = { ...answered, number, refusedWhole: true, first, refusal: { code: 'C', message: 'm' } };
    return recordAndAnnounce(engine.database.pool, {
      ...rest,
      slot: { ...input.slot, token },
      record: { outcomes: [], call },
    });
  };

  test('any valid answer opens the gate', async () => {
    await engine.query(`update organizer_gate set failing_since = now(), failing_code = 'X', key_refused_at = now()`);
    await record([refused(0)]);
    expect(await engine.query(`select failing_since, failing_code, key_refused_at from organizer_gate`)).toEqual([
      { failing_since: null, failing_code: null, key_refused_at: null },
    ]);
  });

  test('whole refusals count, each once; the range that met the first narrows; an accepted ticket ends that', async () => {
    for (const number of [2, 3, 4]) await ask({ announce: { ...input.announce, number } });
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

  test('the words of a whole refusal are kept with its call', async () => {
    await refusal(1, { first: true });
    expect(await engine.query(`select refusal_code, refusal_message from call`)).toEqual([
      { refusal_code: 'C', refusal_message: 'm' },
    ]);
  });
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
}
