import { type Crowd, openCrowd, SCHEDULES, sum } from './helpers/crowd';
import { tell } from './helpers/fault';
import { openLuck } from './helpers/luck';

const luck = openLuck('f12');
const TICKETS = 600;
let crowd: Crowd;
beforeAll(async () => {
  crowd = await openCrowd('f12', openLuck('f12 crowd'));
});
afterAll(() => crowd.close());

test.each([1, 20])('%i %% of all calls answer 5xx: everything is delivered, each ticket once', async (percent) => {
  // Rare ones need many calls to be met.
  const ticketIterationSize = percent === 1 ? 2 : 10;
  await crowd.reset(TICKETS, { ticketIterationSize });
  const status = luck.pick([500, 502, 503, 504]);
  await crowd.engine.admin.reset(luck.between(1, 1_000_000));
  await crowd.engine.admin.addFault({ kind: 'latency', minMs: 5, maxMs: 20 });
  await crowd.engine.admin.addFault({ kind: 'status', status, probability: percent / 100 });
  const reports = await crowd.runAll();
  for (const report of reports) expect(report).toMatchObject({ outcome: 'OK', delivered: TICKETS });
  const { calls, tickets } = await crowd.engine.admin.calls();
  const failed = calls.filter((call) => call.status === status).length;
  expect(failed).toBeGreaterThan(0);
  expect(calls.length - failed).toBe((3 * TICKETS) / ticketIterationSize);
  await crowd.engine.admin.clearFaults();
  await crowd.expectAll();
  tell('F12', `${String(status)} for ${String(percent)} % of the calls, 3 executions on 2 workers`, {
    calls: calls.length,
    failed,
    'tickets twice': Object.values(tickets).filter(({ accepted }) => accepted > 1).length,
  });
});

test('longer than maxOutageMinutes: NOT_TRIED, in error, a mail for each schedule; the next runs take all', async () => {
  const maxOutageMinutes = 0.05;
  await crowd.reset(TICKETS, { maxOutageMinutes });
  const fault = luck.pick([
    { kind: 'status', status: 503 },
    { kind: 'status', status: 429, retryAfter: '1' },
    { kind: 'drop', at: 'before' },
  ] as const);
  await crowd.engine.admin.addFault(fault);
  const from = performance.now();
  const reports = await crowd.runAll();
  const seconds = (performance.now() - from) / 1_000;
  for (const report of reports) expect(report).toMatchObject({ outcome: 'ERROR', ending: 'outage', delivered: 0 });
  expect(sum(reports, 'unknown') + sum(reports, 'notTried')).toBe(3 * TICKETS);
  expect(await crowd.engine.query(`select from processed`)).toEqual([]);
  const mails = () =>
    crowd.engine.query<{ kind: string; n: number }>(
      `select kind, count(*)::integer as n from outbox group by 1 order by 1`,
    );
  const failed = await mails();
  expect(failed).toEqual([{ kind: 'FAILED', n: SCHEDULES.length }]);
  const calls = crowd.seen.length;
  await crowd.engine.admin.clearFaults();
  const after = await crowd.runAll();
  expect(sum(after, 'delivered')).toBe(3 * TICKETS);
  expect(await mails()).toEqual([
    { kind: 'FAILED', n: SCHEDULES.length },
    { kind: 'RECOVERED', n: SCHEDULES.length },
  ]);
  await crowd.expectAll();
  tell('F12', `${fault.kind === 'status' ? String(fault.status) : 'reset'} for longer than maxOutageMinutes`, {
    'maxOutage s': 60 * maxOutageMinutes,
    'ended after s': Math.round(seconds * 10) / 10,
    calls,
    unknown: sum(reports, 'unknown'),
    'not tried': sum(reports, 'notTried'),
    mails: failed.reduce((total, { n }) => total + n, 0),
  });
});
