import type { StackWorker } from '../../local/stack-worker';
import { INTERFACE, SCHEDULE, startSystem, type System } from '../helpers/e2e-system';
import { found, until } from '../helpers/until';
import { listExecutions } from '../helpers/invariants';
import { settleFrozen } from '../helpers/slots';
import { expectHeld, expectNothingSentAgain } from './helpers/expect-held';
import { tell } from './helpers/fault';
import { openLuck } from './helpers/luck';

/** Two runs on one TIXNGO account and two workers, of which one is killed and one is frozen (reliability.md P6). */
const LIMIT = 4;
/** Attempts to freeze a worker that holds a slot. */
const FREEZES = 20;
const SCHEDULES = [SCHEDULE, 'second'];
const luck = openLuck('P6');
let system: System;

beforeAll(async () => {
  system = await startSystem({
    tickets: 3_300,
    parallelCalls: LIMIT,
    schedules: SCHEDULES,
    sandboxArgs: ['--latency-ms', '250', '--ignore-idempotency-keys'],
  });
}, 120_000);
afterAll(() => system.close());

/** Each schedule skips the tickets of the other. */
async function divide(): Promise<void> {
  await system.pool.query(
    `insert into skip (schedule_id, ticket_id, reason, added_by)
     select s.id, t.id, 'belongs to the other schedule', 'the test' from ticket t, schedule s
     where (t.id % 2 = 0) = (s.name = $1)`,
    [SCHEDULES[0]],
  );
}

/** How many slots each worker holds, by the process in its name. */
async function countSlots(): Promise<ReadonlyMap<number, number>> {
  const { rows } = await system.pool.query<{ pid: number; slots: number }>(
    `select split_part(w.name, '/', 2)::integer as pid, count(*)::integer as slots
     from call_slot s join worker w on w.id = s.worker_id where s.execution_id is not null group by 1`,
  );
  return new Map(rows.map(({ pid, slots }) => [pid, slots]));
}

/** Both runs are at work, with calls of each in flight or announced. */
async function bothAtWork(): Promise<boolean> {
  const { rows } = await system.pool.query<{ runs: number }>(
    'select count(distinct execution_id)::integer as runs from call',
  );
  return rows[0]?.runs === SCHEDULES.length;
}

/**
 * Freezes the one that has more to lose: as many of its calls may go out when it wakes up. What it gives back before it stands still leaves it
 * with nothing now and then; it goes on then, and is chosen again.
 */
async function freezeAtWork(one: StackWorker, other: StackWorker) {
  for (let attempt = 1; attempt <= FREEZES; attempt += 1) {
    // Soon after a kill the ranges of the dead worker may be all that is open: until Temporal hands them on, nobody alive has a slot.
    const slots = await found('a worker that lives has a slot', async () => {
      const held = await countSlots();
      return held.has(one.pid) || held.has(other.pid) ? held : undefined;
    });
    const frozen = (slots.get(other.pid) ?? 0) > (slots.get(one.pid) ?? 0) ? other : one;
    await frozen.kill('SIGSTOP');
    await settleFrozen(system);
    const lanesOfFrozen = (await countSlots()).get(frozen.pid) ?? 0;
    if (lanesOfFrozen > 0) return { frozen, lanesOfFrozen };
    await frozen.kill('SIGCONT');
  }
  throw new Error(`Frozen ${String(FREEZES)} times, and never with a slot`);
}

async function maxInFlight(): Promise<number> {
  return (await system.sandbox.callSummary()).maxInFlight;
}

async function reach(due: readonly string[], share: number): Promise<void> {
  const { tickets } = await system.sandbox.callSummary();
  const accepted = tickets.injectTickets?.accepted ?? 0;
  await system.accepted(accepted + Math.floor((due.length - accepted) * share));
}

test('P6: two runs, two workers, one killed, one frozen: calls in flight never above the setting, one more per lane on waking', async () => {
  const due = await system.listDue();
  await divide();
  const workers = [await system.stack.addWorker(), await system.stack.addWorker()];
  await system.stack.killWorker('SIGTERM');
  const runs = [];
  for (const name of SCHEDULES) runs.push(await system.start({ schedule: `${INTERFACE}/${name}` }));
  await until('both runs are at work', bothAtWork);

  await reach(due, luck.next() * 0.3);
  const killed = luck.pick(workers);
  await killed.kill('SIGKILL');
  const third = await system.stack.addWorker();
  await reach(due, 0.05 + luck.next() * 0.3);
  expect(await maxInFlight()).toBeLessThanOrEqual(LIMIT);

  const survivor = workers.find((worker) => worker !== killed) ?? third;
  const { frozen, lanesOfFrozen } = await freezeAtWork(survivor, third);
  const acceptedFrozen = (await system.sandbox.callSummary()).tickets.injectTickets?.accepted ?? 0;
  await until('the other worker has all that the frozen one had', async () => !(await countSlots()).has(frozen.pid));
  expect(await maxInFlight()).toBeLessThanOrEqual(LIMIT);
  await frozen.kill('SIGCONT');

  for (const run of runs) {
    await expect(system.wait(run)).resolves.toMatchObject({ completed: true, report: { outcome: 'OK' } });
  }
  expect((await listExecutions(system)).filter(({ planned }) => planned > due.length / 3)).toHaveLength(2);
  const counted = await expectHeld(system, {
    due,
    lostCalls: LIMIT + lanesOfFrozen,
    limit: LIMIT + lanesOfFrozen,
  });
  await expectNothingSentAgain(system);
  tell('P6', 'two runs, two workers: one killed, one frozen and woken', {
    setting: LIMIT,
    'lanes of the frozen one': lanesOfFrozen,
    'accepted when frozen': acceptedFrozen,
    ...counted,
  });
});
