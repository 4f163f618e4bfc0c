import { startSystem, type System } from '../helpers/e2e-system';
import { until } from '../helpers/until';
import {
  expectComplete,
  expectDelivered,
  expectMarksEqualAccepted,
  expectOnlyLostRepeated,
  expectWithinLimit,
  listExecutions,
} from '../helpers/invariants';

const LANES = 3;
let system: System;

beforeAll(async () => {
  system = await startSystem({
    tickets: 3_000,
    parallelCalls: LANES,
    sandboxArgs: ['--latency-ms', '30', '--ignore-idempotency-keys'],
  });
}, 120_000);
afterAll(() => system.close());

interface Held {
  readonly range: number;
  readonly token: string;
}

/** The slots that ranges hold now: each with the token that its owner shows when it announces. */
async function listHeld(): Promise<readonly Held[]> {
  const { rows } = await system.pool.query<Held>(
    'select range_number as range, token from call_slot where execution_id is not null order by range_number',
  );
  return rows;
}

/** Whether all lanes go on, each under an owner of its own. */
async function isTakenOver(frozen: readonly Held[]): Promise<boolean> {
  const old = new Set(frozen.map(({ token }) => token));
  const held = await listHeld();
  return held.length === LANES && held.every(({ token }) => !old.has(token));
}

/** The calls that these owners announced last, by batch and number. */
async function listCalls(held: readonly Held[]): Promise<readonly string[]> {
  const { rows } = await system.pool.query<{ call: string }>(
    `select batch || '/' || number as call from call
     join unnest($1::integer[], $2::bigint[]) as h(range, token) on h.range = range_number and h.token = call.token`,
    [held.map(({ range }) => range), held.map(({ token }) => token)],
  );
  return rows.map(({ call }) => call);
}

test('F4: a second worker takes over from a frozen one, which announces nothing more when it wakes', async () => {
  const due = await system.listDue();
  const run = await system.start();
  await system.accepted(Math.floor(due.length / 5));
  await system.stack.killWorker('SIGSTOP');
  // What it had asked Postgres before is still carried out: announcements that are being committed belong to those before.
  await until('no statement of it runs', async () => {
    const { rows } = await system.pool.query(
      `select from pg_stat_activity where application_name = 'tixngo worker' and state = 'active'`,
    );
    return rows.length === 0;
  });
  const frozen = await listHeld();
  expect(frozen).toHaveLength(LANES);
  const before = new Set(await listCalls(frozen));
  const second = await system.stack.addWorker();
  // The new owners have the slots and wait for the calls of the old ones to be over: only the token keeps these from going on.
  // The frozen worker's open polls swallow a task each before the server hands any to the second one.
  await until('every slot has a new owner', () => isTakenOver(frozen), 90_000);
  await system.stack.killWorker('SIGCONT');
  await expect(system.wait(run)).resolves.toMatchObject({ completed: true, report: { outcome: 'OK' } });
  expect((await listCalls(frozen)).filter((call) => !before.has(call))).toEqual([]);
  const [execution] = await listExecutions(system);
  await expect(expectComplete(system, execution?.id ?? 0)).resolves.toEqual({ DELIVERED: due.length });
  await expectDelivered(system, due);
  await expectMarksEqualAccepted(system);
  await expectOnlyLostRepeated(system, LANES);
  await expectWithinLimit(system, 2 * LANES);
  await second.stop();
}, 180_000);
