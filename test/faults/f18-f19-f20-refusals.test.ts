import { until } from '../helpers/until';
import { type Crowd, openCrowd, SCHEDULES, sum } from './helpers/crowd';
import { tell } from './helpers/fault';
import { openLuck } from './helpers/luck';

const luck = openLuck('f18-f19-f20');
/** The most that one call may hold: 13 calls for one bad ticket are counted for it. */
const CALL_TICKETS = 50;
const BATCHES = 8;
const TICKETS = BATCHES * CALL_TICKETS;
let crowd: Crowd;
beforeAll(async () => {
  crowd = await openCrowd('f18', openLuck('f18 crowd'));
});
beforeEach(() => crowd.reset(TICKETS, { ticketIterationSize: CALL_TICKETS }));
afterAll(() => crowd.close());

/** `k` tickets of one call of every execution: tickets go out in the order of their ids. */
function pickPoison(k: number): readonly string[] {
  return SCHEDULES.flatMap((_schedule, execution) => {
    const first = execution * TICKETS + luck.between(0, BATCHES - 1) * CALL_TICKETS + 1;
    const places = new Set<number>();
    while (places.size < k) places.add(luck.between(0, CALL_TICKETS - 1));
    return [...places].map((place) => String(first + place));
  });
}

/** What the stand-in says of a bad ticket, or of a call with one that it does not name. Values of three characters and more that it quotes are replaced by their paths. */
function wordsOfTixngo(how: 'call-naming' | 'call-not-naming' | 'ticket', id: string): readonly [string, string] {
  if (how === 'call-not-naming') return ['CONTENT_REFUSED', 'The call holds content that is refused'];
  const quoted = id.length < 3 ? id : 'ticketId';
  return ['POISON', `Ticket ${quoted} of holder.firstName <spectatorDetails.email> cannot be taken`];
}

const listCalls = async () => (await crowd.engine.admin.calls()).calls;

describe('F18: bad tickets in one call of every execution', () => {
  test.each([
    ['call-naming', 1, 2],
    ['call-naming', luck.between(2, 9), 2],
    ['call-not-naming', 1, 13],
    ['call-not-naming', luck.between(2, 5), 13],
    ['ticket', luck.between(1, 9), 1],
  ] as const)('%s, %i in a call: only they are refused, with the words of TIXNGO', async (how, k, each) => {
    const ticketIds = pickPoison(k);
    const status = luck.pick([400, 413, 422] as const);
    await crowd.engine.admin.addFault({ kind: 'poison', ticketIds: [...ticketIds], how, status });
    const reports = await crowd.runAll();
    for (const report of reports)
      expect(report).toMatchObject({ delivered: TICKETS - k, refused: k, outcome: 'ERROR' });
    const refused = await crowd.engine.query<{ id: string; code: string | null; message: string | null }>(
      `select ticket_id as id, code, message from execution_ticket where outcome = 'REFUSED' order by ticket_id::bigint`,
    );
    expect(refused.map(({ id }) => id)).toEqual([...ticketIds].sort((a, b) => Number(a) - Number(b)));
    for (const { id, code, message } of refused) expect([code, message]).toEqual(wordsOfTixngo(how, id));
    const poisoned = (await listCalls()).length - SCHEDULES.length * (BATCHES - 1);
    const calls = poisoned / SCHEDULES.length;
    expect(calls).toBeLessThanOrEqual(how === 'call-not-naming' ? each * k : each);
    await crowd.expectAll();
    tell('F18', `${String(k)} bad of 50, ${how}, 3 executions on 2 workers`, {
      'calls for the 50': Math.round(calls * 10) / 10,
      'at most': how === 'call-not-naming' ? each * k : each,
      delivered: sum(reports, 'delivered'),
      refused: sum(reports, 'refused'),
    });
  });
});

describe('F19: everything is 400', () => {
  test.each(['from the beginning', 'from the middle on'])('%s: every run stops soon, in error', async (when) => {
    await crowd.reset(4 * TICKETS, { ticketIterationSize: CALL_TICKETS });
    await crowd.engine.admin.addFault({ kind: 'latency', minMs: 10, maxMs: 40 });
    const fault = { kind: 'status', status: 400 } as const;
    if (when === 'from the beginning') await crowd.engine.admin.addFault(fault);
    const running = crowd.runAll();
    if (when !== 'from the beginning') {
      // Early enough that no run has but a few batches left: those would be narrowed down like any other.
      const from = luck.between(4, 10);
      await until('some calls were made', () => Promise.resolve(crowd.seen.length >= from));
      await crowd.engine.admin.addFault(fault);
    }
    const reports = await running;
    for (const report of reports) expect(report).toMatchObject({ outcome: 'ERROR', ending: 'all refused' });
    const refusedCalls = (await listCalls()).filter(({ status }) => status === 400).length;
    expect(refusedCalls).toBeLessThanOrEqual(40 * SCHEDULES.length);
    expect((await crowd.engine.query(`select from outbox where kind = 'FAILED'`)).length).toBe(SCHEDULES.length);
    await crowd.engine.admin.clearFaults();
    const after = await crowd.runAll();
    expect(sum(reports, 'delivered') + sum(after, 'delivered')).toBe(12 * TICKETS);
    await crowd.expectAll();
    tell('F19', `everything 400 ${when}, 3 executions on 2 workers`, {
      'calls refused per run': Math.round(refusedCalls / SCHEDULES.length),
      'refused by themselves': sum(reports, 'refused'),
      'not tried': sum(reports, 'notTried'),
      'delivered when healed': sum(after, 'delivered'),
    });
  });
});

describe('F20: 200 with other results', () => {
  test('a missing result is asked for once, alone; missing again it is UNKNOWN, and the next run settles it', async () => {
    const k = luck.between(1, 6);
    const ticketIds = pickPoison(k);
    const missing = new Set(ticketIds);
    await crowd.engine.admin.addFault({ kind: 'results', how: 'missing', ticketIds: [...ticketIds] });
    const reports = await crowd.runAll();
    for (const report of reports) expect(report).toMatchObject({ delivered: TICKETS - k, unknown: k });
    const calls = (await listCalls()).filter((call) => call.ticketIds.some((id) => missing.has(id)));
    expect(calls).toHaveLength(2 * SCHEDULES.length);
    const alone = calls.filter((call) => call.ticketIds.every((id) => missing.has(id)));
    expect(alone.map((call) => call.ticketIds.length)).toEqual(SCHEDULES.map(() => k));
    const reasons = await crowd.engine.query(
      `select distinct outcome, code from execution_ticket where outcome <> 'DELIVERED'`,
    );
    expect(reasons).toEqual([{ outcome: 'UNKNOWN', code: 'NO_RESULT' }]);
    await crowd.engine.admin.clearFaults();
    const after = await crowd.runAll();
    expect(sum(after, 'delivered')).toBe(ticketIds.length);
    expect(await crowd.engine.query(`select from ticket_outcome`)).toEqual([]);
    await crowd.expectAll({ leftOut: ticketIds });
    tell('F20', `${String(k)} results of a call missing, 3 executions`, {
      'calls for them': calls.length / SCHEDULES.length,
      unknown: sum(reports, 'unknown'),
      'settled by the next run': sum(after, 'delivered'),
    });
  });

  test.each(['unknown-ids', 'doubled', 'unknown-outcome', 'missing'] as const)(
    '%s now and then: all delivered, nobody else marked',
    async (how) => {
      const count = luck.between(3, 8);
      await crowd.engine.admin.addFault({ kind: 'results', how, count, probability: 0.5 });
      const reports = await crowd.runAll();
      // The answer to the question for one missing ticket may leave it out again.
      expect(sum(reports, 'delivered') + sum(reports, 'unknown')).toBe(3 * TICKETS);
      if (how === 'unknown-ids' || how === 'doubled') expect(sum(reports, 'unknown')).toBe(0);
      const calls = await listCalls();
      const struck = calls.filter(({ fault }) => fault === 'results').length;
      expect(struck).toBeGreaterThan(0);
      // What is left out or cannot be read is asked for again, once, then UNKNOWN; more results than asked for are no reason to.
      const again = calls.length - SCHEDULES.length * BATCHES;
      const isLeftOut = how === 'missing' || how === 'unknown-outcome';
      expect(again + sum(reports, 'unknown')).toBe(isLeftOut ? struck : 0);
      const marks = await crowd.engine.query(
        `select from processed p where not exists (
        select from ticket t where t.id = p.ticket_id) or p.ticket_id > $1`,
        [3 * TICKETS],
      );
      expect(marks).toEqual([]);
      await crowd.engine.admin.clearFaults();
      const after = await crowd.runAll();
      expect(sum(reports, 'delivered') + sum(after, 'delivered')).toBe(3 * TICKETS);
      await crowd.expectAll({ leftOut: isLeftOut ? 'the first' : [] });
      tell('F20', `${how}, in ${String(struck)} answers`, {
        'calls asked again': again,
        'tickets wrongly marked': marks.length,
        unknown: sum(reports, 'unknown'),
        'settled by the next run': sum(after, 'delivered'),
      });
    },
  );
});
