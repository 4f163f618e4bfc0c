import type { StartedRun } from '../../client/runs';
import type { StackWorker } from '../../local/stack-worker';
import { startSystem, type System } from '../helpers/e2e-system';
import { until } from '../helpers/until';
import { type Counted, expectHeld, expectNothingSentAgain } from './helpers/expect-held';
import { tell } from './helpers/fault';
import { holdRecords } from './helpers/hold-records';
import { openLuck } from './helpers/luck';
import { type Held, isTakenOver, listCalls, listHeld, settleFrozen, startTakeover } from '../helpers/slots';

/** A worker is frozen, another one takes over, the first wakes up (reliability.md F4 and P6). The stand-in honours no keys. */
const LANES = 3;
const LATENCY_MS = 200;
const luck = openLuck('F4');
let system: System;
let due: readonly string[];

beforeEach(async () => {
  system = await startSystem({
    tickets: 3_000,
    parallelCalls: LANES,
    sandboxArgs: ['--latency-ms', String(LATENCY_MS), '--ignore-idempotency-keys'],
  });
  due = await system.listDue();
}, 120_000);
afterEach(() => system.close());

interface Zombie {
  readonly held: readonly Held[];
  /** What it had announced when it froze. */
  readonly announced: readonly string[];
  readonly second: Promise<StackWorker>;
}

/** Another worker has every slot; the calls of the frozen one may still be under way, so it waits for their deadline. */
async function takeOver(): Promise<Zombie> {
  const held = await listHeld(system);
  const announced = await listCalls(system, held);
  const second = startTakeover(system);
  await until('every slot has a new owner', () => isTakenOver(system, held), 90_000);
  return { held, announced, second };
}

/** Wakes the first worker and lets the run end. */
async function wakeAndEnd(zombie: Zombie, run: StartedRun, what: string): Promise<Counted> {
  const before = await system.sandbox.callSummary();
  // Nobody but the frozen one was there: P6 without its addition.
  expect(before.maxInFlight).toBeLessThanOrEqual(LANES);
  await system.stack.killWorker('SIGCONT');
  await expect(system.wait(run)).resolves.toMatchObject({ completed: true, report: { outcome: 'OK' } });
  const announcedOnWaking = (await listCalls(system, zombie.held)).filter((call) => !zombie.announced.includes(call));
  expect(announcedOnWaking).toEqual([]);
  const counted = await expectHeld(system, { due, lostCalls: LANES, limit: 2 * LANES });
  await expectNothingSentAgain(system);
  await (await zombie.second).stop();
  tell('F4', what, { 'announced on waking': announcedOnWaking.length, ...counted, 'may be sent twice': LANES * 50 });
  return counted;
}

async function countUnanswered() {
  const { rows } = await system.pool.query<{ calls: number; repeated: number }>(
    `select count(*) filter (where answered_at is null)::integer as calls, count(*) filter (where repeats > 0)::integer as repeated
     from call`,
  );
  return rows[0] ?? { calls: 0, repeated: 0 };
}

test('frozen at a random moment: on waking it announces nothing, and the run ends with each ticket sent', async () => {
  const run = await system.start();
  await system.accepted(luck.between(1, Math.floor(due.length * 0.6)));
  await system.stack.killWorker('SIGSTOP');
  await settleFrozen(system);
  await wakeAndEnd(await takeOver(), run, 'frozen at a random moment');
});

test('frozen between an announcement and its call, past the deadline: on waking it makes neither that call nor another', async () => {
  const run = await system.start();
  await system.accepted(luck.between(1, Math.floor(due.length * 0.4)));
  const held = await holdRecords(system);
  await held.waiting(LANES);
  await system.stack.killWorker('SIGSTOP');
  await held.release();
  await settleFrozen(system);
  const zombie = await takeOver();
  const unmade = await countUnanswered();
  expect(unmade).toEqual({ calls: LANES, repeated: 0 });
  // Their deadline is 30 s after the announcement.
  await until(
    'the new owners make the calls of the frozen one',
    async () => (await countUnanswered()).repeated === LANES,
  );
  const counted = await wakeAndEnd(zombie, run, 'frozen between announcement and call, past its deadline');
  // It held an announcement of each lane in its hands, and saw how old they were.
  expect(counted).toMatchObject({ 'sent twice': 0, 'in flight at most': LANES });
});
