import { CLUB } from '../../local/season';
import type { StartedRun } from '../../client/runs';
import type { CallRecord } from '../../sandbox/calls';
import { until } from '../helpers/until';
import { type BusySystem, startBusySystem } from './helpers/busy-system';
import { tell } from './helpers/fault';
import { openLuck } from './helpers/luck';
import { mostWithin } from './helpers/rates';

/** Two organizations, each with an interface of its own, on one TIXNGO account; the account allows what the higher setting says (domain.md 4). */
const HOST_LANES = 3;
const CLUB_LANES = 5;
const ACCOUNT_LANES = Math.max(HOST_LANES, CLUB_LANES);
const LATENCY_MS = 250;
const luck = openLuck('P6 two interfaces');
let busy: BusySystem;
let due: readonly string[];
let runs: readonly StartedRun[];

beforeAll(async () => {
  // One ticket in fifty is the club's: one a call keeps it as long at work as the host.
  busy = await startBusySystem({
    tickets: 12_000,
    parallelCalls: HOST_LANES,
    ticketIterationSize: 50,
    club: { parallelCalls: CLUB_LANES, ticketIterationSize: 1 },
    apiKey: () => '{ env: E2E_TIXNGO_KEY }',
    sandboxArgs: ['--latency-ms', String(LATENCY_MS)],
  });
  due = await busy.listDue();
  runs = await busy.startAll();
}, 120_000);
afterAll(() => busy.close());

/** Calls of the club and of the host, in the order in which they came. */
async function listByInterface(): Promise<{
  readonly club: readonly CallRecord[];
  readonly host: readonly CallRecord[];
}> {
  const { rows } = await busy.system.pool.query<{ id: string }>(
    `select t.id from ticket t join organization o on o.id = t.organization_id where o.code = $1`,
    [CLUB],
  );
  const ofClub = new Set(rows.map(({ id }) => id));
  const { calls } = await busy.system.sandbox.calls();
  const isClub = ({ ticketIds }: CallRecord) => ticketIds.some((id) => ofClub.has(id));
  return { club: calls.filter(isClub), host: calls.filter((call) => !isClub(call)) };
}

/** Both interfaces have slots, all slots of the account are held, and both workers hold them. */
async function isCrowded(): Promise<boolean> {
  const { rows } = await busy.system.pool.query<{ slots: number; interfaces: number; workers: number }>(
    `select count(*)::integer as slots, count(distinct interface_id)::integer as interfaces, count(distinct worker_id)::integer as workers
     from call_slot where execution_id is not null and until > now() and worker_may_live(worker_id)`,
  );
  const [row] = rows;
  return row?.slots === ACCOUNT_LANES && row.interfaces === 2 && row.workers === 2;
}

async function isTakenOver(): Promise<boolean> {
  const { rows } = await busy.system.pool.query(
    `select from call_slot where execution_id is not null and until > now() and not worker_may_live(worker_id)`,
  );
  return rows.length === 0;
}

test('P6: two interfaces of one account on two workers: calls in flight in sum never above the higher setting, of each never above its own', async () => {
  const { sandbox, stack } = busy.system;
  await until('both interfaces fill the account, on both workers', isCrowded);
  const more = async (tickets: number) =>
    busy.system.accepted(((await sandbox.callSummary()).tickets.injectTickets?.accepted ?? 0) + tickets);
  await more(luck.between(50, 1_000));
  await stack.killWorker('SIGKILL');
  await stack.restartWorker();
  await until('living workers have the slots of the dead one', isTakenOver);
  for (const end of await busy.waitAll(runs)) expect(end).toMatchObject({ completed: true, report: { outcome: 'OK' } });

  const { club, host } = await listByInterface();
  const { maxInFlight } = await sandbox.callSummary();
  const spanMs = LATENCY_MS - 10;
  expect(maxInFlight).toBe(ACCOUNT_LANES);
  expect(mostWithin(host, spanMs)).toBeLessThanOrEqual(HOST_LANES);
  expect(mostWithin(club, spanMs)).toBeLessThanOrEqual(CLUB_LANES);
  tell('P6', 'two interfaces of one account, two workers, one killed', {
    settings: `${String(HOST_LANES)} and ${String(CLUB_LANES)}`,
    'most in flight': maxInFlight,
    'of them at once': `${String(mostWithin(host, spanMs))} and ${String(mostWithin(club, spanMs))}`,
    calls: `${String(host.length)} and ${String(club.length)}`,
  });
  await busy.expectAll(due);
});
