import type { FaultInput } from '../../sandbox/faults';
import { TixngoUnavailable } from '../../tixngo/errors';
import { ORGANIZER } from '../helpers/engine-world';
import { until } from '../helpers/until';
import { type Crowd, LANES, openCrowd, sum } from './helpers/crowd';
import { tell } from './helpers/fault';
import { openLuck } from './helpers/luck';

const luck = openLuck('f11');
let crowd: Crowd;
beforeAll(async () => {
  crowd = await openCrowd('f11', openLuck('f11 crowd'));
});
afterAll(() => crowd.close());

const TICKETS = 600;

interface Pause {
  readonly worker: number;
  readonly answeredAt: number;
  readonly forMs: number;
}

/** What TIXNGO asked for, when each worker learnt it. */
function listPauses(): readonly Pause[] {
  return crowd.seen.flatMap(({ worker, endedAt, failure }) =>
    failure instanceof TixngoUnavailable && failure.retryAfterMs !== undefined && endedAt !== undefined
      ? [{ worker, answeredAt: endedAt, forMs: failure.retryAfterMs }]
      : [],
  );
}

/** Calls that began between an answer that asked for a pause and the end of that pause. */
function listBegunDuring({ answeredAt, forMs }: Pause) {
  return crowd.seen.filter(({ beganAt }) => beganAt > answeredAt && beganAt < answeredAt + forMs);
}

/** How long the organizer would still be left alone by what each worker remembers, and by what all of them read in Postgres. */
async function readPausesLeft() {
  const gates = await crowd.engine.query<{ ms: number }>(
    `select 1000 * extract(epoch from not_before - now())::double precision as ms from organizer_gate`,
  );
  const inMemory = crowd.workers.map(({ pauses }) => pauses.remainingMs(ORGANIZER));
  return { inMemory: Math.max(...inMemory), inPostgres: Math.max(0, ...gates.map(({ ms }) => ms)) };
}

const inSeconds = (ms: number) => Math.round(ms / 10) / 100;

/** Runs while the fault strikes at a random moment; resolves to the reports. */
async function runWith(fault: () => FaultInput) {
  await crowd.engine.admin.addFault({ kind: 'latency', minMs: 5, maxMs: 60 });
  const reports = crowd.runAll();
  const share = luck.between(20, 80);
  await until('some calls were made', () => Promise.resolve(crowd.seen.length >= share));
  await crowd.engine.admin.addFault(fault());
  return await reports;
}

const forms = [
  ['seconds', 429, () => String(luck.between(1, 3))],
  ['date', 429, () => new Date(Date.now() + luck.between(2_000, 4_000)).toUTCString()],
  ['seconds', 503, () => String(luck.between(1, 3))],
] as const;

test.each(forms)(
  'Retry-After in %s (%i): its worker begins no call, the others at most one more per lane',
  async (form, status, toHeader) => {
    const rounds = 2;
    let [own, others, longest, late] = [0, 0, 0, 0];
    for (let round = 1; round <= rounds; round += 1) {
      await crowd.reset(TICKETS);
      const count = luck.between(1, LANES);
      const reports = await runWith(() => ({ kind: 'status', status, retryAfter: toHeader(), count }));
      expect(sum(reports, 'delivered')).toBe(3 * TICKETS);
      const pauses = listPauses();
      expect(pauses).toHaveLength(count);
      for (const pause of pauses) {
        const during = listBegunDuring(pause);
        const ofItsWorker = during.filter(({ worker }) => worker === pause.worker).length;
        const ofOthers = during.length - ofItsWorker;
        expect({ ofItsWorker }).toEqual({ ofItsWorker: 0 });
        expect(ofOthers).toBeLessThanOrEqual(LANES);
        own += ofItsWorker;
        others = Math.max(others, ofOthers);
        longest = Math.max(longest, pause.forMs);
      }
      const over = Math.max(...pauses.map(({ answeredAt, forMs }) => answeredAt + forMs));
      const next = Math.min(...crowd.seen.map(({ beganAt }) => beganAt).filter((at) => at >= over));
      late = Math.max(late, next - over);
      await crowd.expectAll();
    }
    tell('F11', `${String(status)}, Retry-After in ${form}, ${String(rounds)} times, 3 executions on 2 workers`, {
      'calls begun on its worker': own,
      'most on the other': others,
      'longest pause s': inSeconds(longest),
      'first call after it s': inSeconds(late),
    });
  },
);

test('an absurd Retry-After is capped at maxOutageMinutes, in memory and in Postgres; what was not sent is taken by the next runs', async () => {
  const maxOutageMinutes = 0.05;
  const capMs = maxOutageMinutes * 60_000;
  await crowd.reset(TICKETS, { maxOutageMinutes });
  const retryAfter = luck.pick(['99999999', '4294967296', 'Fri, 31 Dec 9999 23:59:59 GMT']);
  const reports = await runWith(() => ({ kind: 'status', status: 429, retryAfter }));
  const [pause] = listPauses();
  if (pause === undefined) throw new Error('no call met the fault');
  const outages = reports.filter(({ ending }) => ending === 'outage');
  expect(outages.length).toBeGreaterThan(0);
  const left = await readPausesLeft();
  expect(left.inMemory).toBeLessThanOrEqual(capMs);
  expect(left.inPostgres).toBeLessThanOrEqual(capMs);
  const during = listBegunDuring({ ...pause, forMs: capMs }).length;
  expect(during).toBeLessThanOrEqual(LANES);
  const waited = performance.now() - pause.answeredAt;
  await crowd.engine.admin.clearFaults();
  await until('the pause is over', async () => {
    return (await crowd.engine.query(`select from organizer_gate where not_before <= now()`)).length === 1;
  });
  const after = await crowd.runAll();
  expect(sum(reports, 'delivered') + sum(after, 'delivered')).toBe(3 * TICKETS);
  await crowd.expectAll();
  tell('F11', `Retry-After ${retryAfter}, 3 executions on 2 workers`, {
    'calls begun in the pause': during,
    'all runs ended after s': inSeconds(waited),
    'then left of it in memory s': inSeconds(left.inMemory),
    'in Postgres s': inSeconds(left.inPostgres),
  });
});
