import type { AnnounceInput } from '../../../db/queries/push/announce';
import { type Announcing, openAnnouncing } from './announce-fixture';
import { addTickets } from '../../helpers/engine-seed';
import { until } from '../../helpers/until';

let announcing: Announcing;
let input: ReturnType<Announcing['input']>;

beforeAll(async () => {
  announcing = await openAnnouncing('announce');
});
beforeEach(async () => {
  await announcing.begin();
  input = announcing.input();
});
afterAll(() => announcing.engine.close());

const ask = (changes: Partial<AnnounceInput> = {}) => announcing.ask(changes);
const query = (text: string) => announcing.engine.query(text);

const someText: unknown = expect.any(String);
const someNumber: unknown = expect.any(Number);

const allWell = {
  identityKnown: true,
  closed: false,
  slotHeld: true,
  workerAlive: true,
  callUnderWay: false,
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
  calledForMs: 0,
  late: false,
};

const narrowedBySeven = `update execution set whole_refusals_in_a_row = 2, narrowing_range = 7`;
const slotOfSeven = (until: string) =>
  `update call_slot set execution_id = (select id from execution), range_number = 7, until = ${until}
   where execution_id is null and n = (select max(n) from call_slot)`;

const settled = (position: number) =>
  `insert into execution_undelivered (execution_id, position, ticket_id, outcome, code)
   select id, ${String(position)}, ${String(position + 1)}, 'SKIPPED', 'SKIP_LIST' from execution`;

describe('a call is announced when nothing stands against it', () => {
  test('all is well: it is on record, unanswered, with its deadline', async () => {
    expect(await ask()).toEqual(allWell);
    expect(
      await query(`select batch, number, range_number, key, positions, repeats, answered_at,
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
    expect(await announcing.record([], { record: { outcomes: [] } })).toEqual({
      ...allWell,
      announced: false,
      calledForMs: null,
    });
    expect(await query(`select from call`)).toEqual([]);
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
    ['a ticket was settled since', settled(1), { ticketsChanged: true }],
    [
      'another range narrows whole refusals',
      `${narrowedBySeven}; ${slotOfSeven(`now() + interval '5 seconds'`)}`,
      { narrowedElsewhere: true },
    ],
    [
      'this range narrowed 30 times in vain',
      `update execution set calls_without_acceptance = 30, narrowing_range = 0`,
      { trialWanted: true },
    ],
    [
      'the trial that followed was interrupted',
      `update execution set calls_without_acceptance = 31, narrowing_range = 0, trial = 'wanted'`,
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
      { ticketsChanged: true },
    ],
  ])('not when %s', async (_what, change, said) => {
    await query(change);
    const before = await query(`select * from call`);
    expect(await ask()).toEqual({ ...allWell, ...said, announced: false, calledForMs: null });
    expect(await query(`select * from call`)).toEqual(before);
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
    expect(await ask(change(input))).toEqual({ ...allWell, ...said, announced: false, calledForMs: null });
    expect(await query(`select from call`)).toEqual([]);
  });

  test('a call of the trial waits for no trial', async () => {
    await query(`update execution set calls_without_acceptance = 30, narrowing_range = 0, trial = 'wanted'`);
    expect(await ask({ announce: { ...input.announce, trial: true } })).toEqual(allWell);
  });

  test('settled tickets of its batch and of others that it does not hold are nothing to it', async () => {
    await query(`${settled(2)}; ${settled(50)}`);
    expect(await ask()).toEqual(allWell);
  });

  test('not when the session of its worker has ended', async () => {
    const other = await announcing.engine.openWorker();
    const worker = other.session.id() ?? '';
    expect(await ask({ worker })).toMatchObject({ workerAlive: true });
    await other.close();
    await until(
      'the worker is gone',
      async () => !(await ask({ worker, announce: { ...input.announce, number: 2 } })).workerAlive,
    );
  });

  test('a ticket that is gone counts as changed, and tickets may be announced in any order, with ids of any length and sign', async () => {
    await addTickets(announcing.engine.database.pool, -2, -1);
    await addTickets(announcing.engine.database.pool, 1_000_000, 1_000_000);
    const tickets = await announcing.engine.query<{ ticketId: string; rowVersion: string }>(
      `select id as "ticketId", xmin::text as "rowVersion" from ticket where id in (-2, -1, 3, 20, 1000000) order by id::text desc`,
    );
    expect(tickets.map(({ ticketId }) => ticketId)).toEqual(['3', '20', '1000000', '-2', '-1']);
    expect(await ask({ announce: { ...input.announce, tickets } })).toMatchObject({ announced: true });
    await query(`delete from claim where ticket_id = 3; delete from ticket where id = 3`);
    const next = { ...input.announce, number: 2, tickets };
    expect(await ask({ announce: next })).toMatchObject({ announced: false, ticketsChanged: true });
  });

  test.each([
    ['has no slot any more', ''],
    ['did not renew its slot', slotOfSeven('now()')],
  ])('the range that narrows whole refusals holds back no other when it %s', async (_what, change) => {
    await query(`${narrowedBySeven}; ${change}`);
    expect(await ask()).toEqual(allWell);
  });

  test('a ticket that changed or was settled does not hold back a repetition: its call may have been acted on', async () => {
    await ask();
    await query(`update ticket set seat = 'other' where id = 2; ${settled(0)}`);
    const repeated = await ask({ announce: { ...input.announce, repetition: true, key: 'key2' } });
    expect(repeated).toMatchObject({ announced: true, ticketsChanged: false });
    expect(await query(`select repeats, key from call`)).toEqual([{ repeats: 1, key: 'key2' }]);
  });

  test('a failing account gets one probe a second in all, whoever asks', async () => {
    await query(`update organizer_gate set failing_since = now()`);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => ask({ announce: { ...input.announce, number: i + 1 } })),
    );
    expect(answers.filter(({ announced }) => announced)).toHaveLength(1);
    expect((await query(`select from call`)).length).toBe(1);
  });

  test('the first call of a run that began after the key was refused is the probe', async () => {
    await query(`update organizer_gate set key_refused_at = now() - interval '1 hour'`);
    expect(await ask()).toEqual({ ...allWell, probeNeeded: true });
    expect(await ask({ announce: { ...input.announce, number: 2 } })).toMatchObject({ announced: false });
  });

  test('an outage counts from the later of the failure and the opening of the run', async () => {
    await query(
      `update organizer_gate set failing_since = now() - interval '1 hour', probe_at = now() + interval '1 minute'`,
    );
    const { failingForMs } = await ask();
    expect(failingForMs).toBeLessThan(60_000);
    await query(`update execution set opened_at = now() - interval '30 minutes'`);
    expect(Math.round(((await ask()).failingForMs ?? 0) / 60_000)).toBe(30);
  });
});
