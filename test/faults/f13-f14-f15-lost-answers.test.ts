import type { FaultInput } from '../../sandbox/faults';
import { callUnderWay, until } from '../helpers/until';
import { type Crowd, openCrowd, sum } from './helpers/crowd';
import { tell } from './helpers/fault';
import { openLuck } from './helpers/luck';

const luck = openLuck('f13-f14-f15');
const CALL_TICKETS = 10;
const TICKETS = 250;
const callDeadlineMs = 1_000;

type Case = readonly [fault: string, what: string, input: FaultInput];

const silence: readonly Case[] = [
  ['F13', 'acts, then says nothing', { kind: 'silence', at: 'after' }],
  ['F13', 'acts after the deadline', { kind: 'latency', minMs: 1_200, maxMs: 1_600 }],
];
const drops: readonly Case[] = [
  ['F14', 'resets before it acts', { kind: 'drop', at: 'before' }],
  ['F14', 'resets after it acted', { kind: 'drop', at: 'after' }],
  ['F14', 'resets in the middle of the answer', { kind: 'drop', at: 'middle' }],
];
const spoilt: readonly Case[] = [
  ['F15', 'half of the JSON', { kind: 'answer', how: 'truncated' }],
  ['F15', '200 with nothing', { kind: 'answer', how: 'empty' }],
  ['F15', '200 with a web page', { kind: 'answer', how: 'html' }],
  ['F15', 'longer than announced', { kind: 'answer', how: 'length-too-short' }],
  ['F15', 'shorter than announced', { kind: 'answer', how: 'length-too-long' }],
];

/** Resolves when the stand-in has nothing left to act on: a call that came too late acts after its client has gone. */
const settled = (crowd: Crowd) =>
  until('every late call is done', async () => {
    const { calls } = await crowd.engine.admin.calls();
    return calls.every(({ fault, status }) => status !== null || (fault !== null && fault !== 'latency'));
  });

/**
 * How often each ticket was taken in, against the calls with it whose answer was lost: once where keys are honoured (P3), once more for
 * each such call where they are not, and for nothing else (P4).
 */
async function countLost(crowd: Crowd, { honoured }: { readonly honoured: boolean }) {
  await settled(crowd);
  const { calls, tickets } = await crowd.engine.admin.calls();
  const struck = countBy(calls.filter(({ fault }) => fault !== null).map(({ key }) => key ?? ''));
  const acted = countBy(calls.flatMap((call) => (call.fault !== null && call.acted ? call.ticketIds : [])));
  // A busy machine may let a call run into its deadline by itself.
  const failed = countBy(crowd.seen.filter(({ failure }) => failure !== undefined).map(({ key }) => key));
  const late = countBy(
    calls.flatMap(({ key, ticketIds }) =>
      (failed.get(key ?? '') ?? 0) > (struck.get(key ?? '') ?? 0) ? ticketIds : [],
    ),
  );
  const wrong = Object.entries(tickets).filter(([id, { accepted }]) => {
    const least = honoured ? 1 : 1 + (acted.get(id) ?? 0);
    return accepted < least || accepted > least + (honoured ? 0 : (late.get(id) ?? 0));
  });
  expect(wrong).toEqual([]);
  return {
    'answers lost': calls.filter(({ fault }) => fault !== null).length,
    'taken in twice': Object.values(tickets).filter(({ accepted }) => accepted > 1).length,
    lost: 3 * TICKETS - Object.values(tickets).filter(({ accepted }) => accepted > 0).length,
  };
}

function countBy(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

describe.each([
  ['keys are honoured', true],
  ['keys are ignored', false],
] as const)('%s', (keys, honoured) => {
  let crowd: Crowd;
  beforeAll(async () => {
    crowd = await openCrowd('lost', openLuck('lost crowd'), {
      callDeadlineMs,
      sandbox: { ignoreIdempotencyKeys: !honoured },
    });
  });
  afterAll(() => crowd.close());

  test.each([...silence, ...drops, ...spoilt])(
    '%s, TIXNGO %s: the same key and tickets again, all delivered, nothing else twice',
    async (fault, what, input) => {
      await crowd.reset(TICKETS);
      const count = luck.between(2, 8);
      await crowd.engine.admin.addFault({ ...input, count, probability: luck.between(20, 60) / 100 });
      const reports = await crowd.runAll();
      for (const report of reports) expect(report).toMatchObject({ outcome: 'OK' });
      expect(sum(reports, 'delivered')).toBe(3 * TICKETS);
      const figures = await countLost(crowd, { honoured });
      expect(figures['answers lost']).toBe(count);
      const { calls } = await crowd.engine.admin.calls();
      expect(new Set(calls.map(({ key }) => key)).size).toBe((3 * TICKETS) / CALL_TICKETS);
      await crowd.expectAll();
      tell(fault, `${what}, ${keys}`, { ...figures, 'not delivered': 3 * TICKETS - sum(reports, 'delivered') });
    },
  );
});

describe('F14: a stale connection', () => {
  let crowd: Crowd;
  beforeAll(async () => {
    crowd = await openCrowd('stale', openLuck('stale crowd'), { callDeadlineMs: 5_000 });
  });
  afterAll(() => crowd.close());

  test('shows no error: it is replaced unseen, and the gate stays open', async () => {
    await crowd.reset(3 * TICKETS);
    await crowd.engine.admin.addFault({ kind: 'latency', minMs: 2, maxMs: 20 });
    const runs = crowd.runAll();
    const times = luck.between(3, 6);
    for (let time = 1; time <= times; time += 1) {
      const from = crowd.seen.length + luck.between(15, 25);
      await until('connections are kept alive', () => Promise.resolve(crowd.seen.length >= from));
      await callUnderWay(crowd.engine.admin);
      await crowd.engine.admin.addFault({ kind: 'drop', at: 'before', kept: true, count: 1 });
      await until('it struck', async () => {
        const { calls } = await crowd.engine.admin.calls();
        return calls.filter(({ fault }) => fault === 'drop').length >= time;
      });
    }
    expect(sum(await runs, 'delivered')).toBe(9 * TICKETS);
    const failures = crowd.seen.filter(({ failure }) => failure !== undefined).length;
    expect({ failures }).toEqual({ failures: 0 });
    expect(await crowd.engine.query(`select from call where repeats > 0`)).toEqual([]);
    await crowd.expectAll();
    tell('F14', 'stale connection', { 'connections broken': times, 'errors seen': failures });
  });
});

describe('F15: no answer can be read for long', () => {
  let crowd: Crowd;
  beforeAll(async () => {
    crowd = await openCrowd('unreadable', openLuck('unreadable crowd'), { callDeadlineMs });
  });
  afterAll(() => crowd.close());

  test('nothing is marked, what TIXNGO may have is UNKNOWN; the next runs settle it', async () => {
    await crowd.reset(TICKETS, { maxOutageMinutes: 0.05 });
    const [, what, input] = luck.pick([...spoilt, ...drops.slice(1), ...silence.slice(0, 1)]);
    await crowd.engine.admin.addFault(input);
    const reports = await crowd.runAll();
    for (const report of reports) expect(report).toMatchObject({ outcome: 'ERROR', ending: 'outage', delivered: 0 });
    const marked = (await crowd.engine.query(`select from processed`)).length;
    expect({ marked }).toEqual({ marked: 0 });
    const { tickets } = await crowd.engine.admin.calls();
    const unknown = sum(reports, 'unknown');
    expect(unknown).toBeGreaterThanOrEqual(Object.keys(tickets).length);
    expect(unknown + sum(reports, 'notTried')).toBe(3 * TICKETS);
    await crowd.engine.admin.clearFaults();
    const after = await crowd.runAll();
    expect(sum(after, 'delivered')).toBe(3 * TICKETS);
    expect(await crowd.engine.query(`select from ticket_outcome where outcome = 'UNKNOWN'`)).toEqual([]);
    // The key is of the execution: the next run's call is a new request for the same tickets.
    await crowd.expectAll();
    tell('F15', `every answer: ${what}`, { marked, unknown, 'delivered by the next runs': sum(after, 'delivered') });
  });
});
