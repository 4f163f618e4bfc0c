import { countTwice } from './helpers/counts';
import { expectHeldInOneRun } from './helpers/expect-held';
import { tell } from './helpers/fault';
import { openLuck } from './helpers/luck';
import { type OwnSystem, startOwnSystem } from './helpers/own-servers';

const LANES = 4;
const luck = openLuck('F8');
let system: OwnSystem;
let due: readonly string[];

beforeEach(async () => {
  system = await startOwnSystem({
    tickets: 8_000,
    parallelCalls: LANES,
    sandboxArgs: ['--latency-ms', '150', '--ignore-idempotency-keys'],
  });
  due = await system.listDue();
}, 120_000);
afterEach(() => system.close());

async function expectUnharmed(): Promise<void> {
  // The worker lives and holds what it learns: no answer is lost.
  await expectHeldInOneRun(system, { due, lostCalls: 0, limit: LANES });
  const { rows } = await system.pool.query<{ name: string }>('select distinct name from worker');
  expect(rows).toHaveLength(1);
}

test('F8: Postgres is killed once and started again: the pool and the session come back by themselves', async () => {
  const run = await system.start();
  await system.accepted(Math.floor(due.length * (0.2 + luck.next() / 2)));
  await system.postgres.kill();
  await system.postgres.restart();
  const restartedAt = performance.now();
  await expect(system.wait(run)).resolves.toMatchObject({ completed: true, report: { outcome: 'OK' } });
  tell('F8', 'Postgres killed once', {
    tickets: due.length,
    'done s after the restart': ((performance.now() - restartedAt) / 1_000).toFixed(1),
    ...(await countTwice(system, due)),
  });
  await expectUnharmed();
});

test('F8: killed again and again, also before anything could go on: the run is whole at the end', async () => {
  const run = await system.start();
  const kills = 10;
  let goneOn = 0;
  let reached = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    // A third of the kills meet a Postgres that has just come back: nobody had the time to go on.
    if (kill === 0 || luck.next() > 0.33) {
      reached = Math.max(reached, await acceptedNow()) + luck.between(50, Math.floor(due.length / (1.5 * kills)));
      await system.accepted(Math.min(reached, due.length));
      goneOn += 1;
    }
    await system.postgres.kill();
    await system.postgres.restart();
  }
  await expect(system.wait(run)).resolves.toMatchObject({ completed: true, report: { outcome: 'OK' } });
  tell('F8', `Postgres killed ${String(kills)} times in a run`, {
    tickets: due.length,
    'at once after a restart': kills - goneOn,
    ...(await countTwice(system, due)),
  });
  await expectUnharmed();
});

async function acceptedNow(): Promise<number> {
  return (await system.sandbox.callSummary()).tickets.injectTickets?.accepted ?? 0;
}
