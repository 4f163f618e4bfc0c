import { cutIntoRanges } from '../../core/push/ranges';
import { expectInvariants, expectNothingSentAgain } from '../helpers/engine-invariants';
import { openRun, pushAll } from '../helpers/engine-run';
import { addSchedule, addTickets } from '../helpers/engine-seed';
import { type Engine, openEngine } from '../helpers/engine-world';
import { tell } from './helpers/fault';
import type { Rewriting } from './helpers/rewrite';
import { claim, countSentTwice, withoutParts } from './helpers/without';

const TICKETS = 600;
let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('without-claim', { sandbox: { ignoreIdempotencyKeys: true, latencyMs: 50 } });
});
afterAll(() => engine.close());

/** Two schedules of one account select the same tickets and run at once. */
async function runTwoSchedules(rewritings: readonly Rewriting[]) {
  await engine.reset();
  await addSchedule(engine.database.pool, { id: 2, name: 'also', interface: 1 });
  await addTickets(engine.database.pool, 1, TICKETS);
  const { worker, requireUsed } = withoutParts(engine.worker, rewritings);
  const runs = ['fcx/inject', 'fcx/also'].map((schedule) => openRun({ ...engine, worker }, { schedule }));
  const slices = await Promise.all(runs.map((run) => run.plan()));
  requireUsed();
  await Promise.all(
    runs.map(async (run, index) => {
      const { firstBatch = 0, batches = 0 } = slices[index] ?? {};
      if (batches === 0) return;
      expect(await pushAll(run, cutIntoRanges(firstBatch, batches, 2), 2)).toBeUndefined();
      await run.close();
    }),
  );
  const planned = slices.reduce((sum, { tickets }) => sum + tickets, 0);
  return { planned, tickets: (await countSentTwice(engine)).tickets };
}

test('with the claim two runs at once share the tickets; without it, both plan and send them', async () => {
  const kept = await runTwoSchedules([]);
  expect(kept).toEqual({ planned: TICKETS, tickets: 0 });
  await expectInvariants(engine);
  await expectNothingSentAgain(engine, () => openRun(engine).toEnd());
  const damaged = await runTwoSchedules(claim);
  expect(damaged.planned).toBe(2 * TICKETS);
  expect(damaged.tickets).toBeGreaterThan(0);
  for (const [what, { planned, tickets }] of [
    ['with it: two schedules select the same tickets', kept],
    ['taken out', damaged],
  ] as const) {
    tell('without claim', what, { due: TICKETS, planned, 'tickets sent twice': tickets });
  }
});
