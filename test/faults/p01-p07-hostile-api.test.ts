import type { FaultInput } from '../../sandbox/faults';
import { countOutcomes } from '../../db/queries/operations/count-outcomes';
import { expectWholeReports } from '../helpers/engine-invariants';
import { expectNoPhantom, expectToldDelivered } from '../helpers/invariants';
import { type Crowd, LANES, openCrowd, sum } from './helpers/crowd';
import { tell } from './helpers/fault';
import { openLuck } from './helpers/luck';

const luck = openLuck('p01-p07');
const TICKETS = 300;
const SCHEDULES_OF_FAULTS = 6;
let crowd: Crowd;
beforeAll(async () => {
  crowd = await openCrowd('hostile', openLuck('hostile crowd'), { callDeadlineMs: 700 });
});
afterAll(() => crowd.close());

/** What the stand-in can do to a call, with parameters by chance: these act not at all, or answer what they did. */
const honest: readonly (() => FaultInput)[] = [
  () => ({ kind: 'latency', minMs: 5, maxMs: luck.between(50, 300) }),
  () => ({ kind: 'status', status: luck.pick([408, 425, 429, 500, 502, 503, 504]) }),
  () => ({ kind: 'status', status: luck.pick([429, 503]), retryAfter: String(luck.between(0, 1)) }),
  () => ({ kind: 'drop', at: 'before' }),
  () => ({ kind: 'silence', at: 'before' }),
  () => ({
    kind: 'poison',
    ticketIds: Array.from({ length: luck.between(1, 5) }, () => String(luck.between(1, 3 * TICKETS))),
    how: luck.pick(['ticket', 'call-naming', 'call-not-naming'] as const),
  }),
];
/** These act and do not say so. */
const losing: readonly (() => FaultInput)[] = [
  () => ({ kind: 'latency', minMs: 5, maxMs: luck.between(800, 1_200) }),
  () => ({ kind: 'drop', at: luck.pick(['after', 'middle'] as const) }),
  () => ({ kind: 'silence', at: luck.pick(['after', 'headers'] as const) }),
  () => ({
    kind: 'answer',
    how: luck.pick(['truncated', 'drip', 'not-json', 'html', 'empty', 'length-too-long', 'length-too-short'] as const),
  }),
  () => ({ kind: 'results', how: luck.pick(['missing', 'unknown-ids', 'doubled', 'unknown-outcome'] as const) }),
];
/** Good tickets refused whole. Never with the ones above: to refuse what it took in before is a lie that nobody outside can tell. */
const refusing: readonly (() => FaultInput)[] = [
  () => ({ kind: 'status', status: luck.pick([400, 413, 422]) }),
  () => ({ kind: 'status', status: 409 }),
];
/** What ends a run at once: rare, and once. */
const ends: readonly FaultInput[] = [
  { kind: 'status', status: 401, count: 1 },
  { kind: 'status', status: 404, count: 1 },
  { kind: 'redirect', location: '/elsewhere', count: 1 },
];

function pickFaults(): readonly FaultInput[] {
  const menu = [...honest, ...luck.pick([losing, losing, refusing])];
  const several = Array.from({ length: luck.between(3, 6) }, () => {
    const fault = luck.pick(menu)();
    // A bad ticket is bad each time.
    if (fault.kind === 'poison') return fault;
    return { ...fault, probability: luck.between(3, 20) / 100, count: luck.between(3, 25) };
  });
  return luck.next() < 0.3 ? [...several, { ...luck.pick(ends), probability: 0.03 }] : several;
}

/** What an operator who reads the runs is told of their deliveries. */
async function readTold(): Promise<number> {
  const runs = await crowd.engine.query<{ id: number }>('select id::integer from execution');
  const counts = await Promise.all(runs.map(({ id }) => countOutcomes(crowd.engine.database, id)));
  return counts.flat().reduce((told, { outcome, tickets }) => told + (outcome === 'DELIVERED' ? tickets : 0), 0);
}

/** Looks at P2 and P5 again and again until the runs have ended; resolves to how often. */
async function watch<Result>(work: Promise<Result>): Promise<{ readonly result: Result; readonly looks: number }> {
  const { database, admin } = crowd.engine;
  const watched = { over: false };
  const over = () => {
    watched.over = true;
  };
  work.then(over, over);
  let looks = 0;
  while (!watched.over) {
    await expectNoPhantom({ pool: database.pool, sandbox: admin });
    await expectToldDelivered({ pool: database.pool, sandbox: admin }, readTold);
    await expectWholeReports(crowd.engine);
    looks += 1;
  }
  return { result: await work, looks };
}

test.each(Array.from({ length: SCHEDULES_OF_FAULTS }, (_, number) => number + 1))(
  'schedule of faults %i: the invariants hold meanwhile and after it; the next runs deliver the rest',
  async (number) => {
    await crowd.reset(TICKETS, { maxOutageMinutes: 0.1 });
    await crowd.engine.admin.reset(luck.between(1, 1_000_000));
    const faults = pickFaults();
    for (const fault of faults) await crowd.engine.admin.addFault(fault);
    const { result: reports, looks } = await watch(crowd.runAll());
    const struck = (await crowd.engine.admin.calls()).calls.filter(({ fault }) => fault !== null).length;
    expect(struck).toBeGreaterThan(0);
    const { calls, maxInFlight } = await crowd.engine.admin.callSummary();
    expect(maxInFlight).toBeLessThanOrEqual(LANES);
    // What an answer left out is asked for again, under another key.
    const leftOut = faults.some(leavesOut) ? 'the first' : [];
    await crowd.expectInvariants({ leftOut });
    await crowd.engine.admin.clearFaults();
    let delivered = sum(reports, 'delivered');
    let rounds = 0;
    // Tickets that were refused by themselves take one call's worth of a run.
    for (; delivered < 3 * TICKETS && rounds < 10; rounds += 1) delivered += sum(await crowd.runAll(), 'delivered');
    expect(delivered).toBe(3 * TICKETS);
    expect(await crowd.engine.query(`select from ticket_outcome where outcome <> 'SKIPPED'`)).toEqual([]);
    await crowd.expectAll({ leftOut });
    tell('P1-P7', `schedule ${String(number)}: ${faults.map(inWords).join(', ')}`, {
      'calls struck': struck,
      calls,
      'P2 and P5 looked at': looks,
      delivered: sum(reports, 'delivered'),
      refused: sum(reports, 'refused'),
      unknown: sum(reports, 'unknown'),
      'not tried': sum(reports, 'notTried'),
      'all delivered after further runs': rounds,
    });
  },
);

function leavesOut(fault: FaultInput): boolean {
  return fault.kind === 'results' && (fault.how === 'missing' || fault.how === 'unknown-outcome');
}

function inWords(fault: FaultInput): string {
  const how = 'how' in fault ? fault.how : 'at' in fault ? fault.at : 'status' in fault ? String(fault.status) : '';
  return how === '' ? fault.kind : `${fault.kind} ${how}`;
}
