import { expectInvariants, expectNothingSentAgain } from '../helpers/engine-invariants';
import { openRun } from '../helpers/engine-run';
import { addTickets, setParameters } from '../helpers/engine-seed';
import { callUnderWay } from '../helpers/until';
import { tell } from './helpers/fault';
import { openLuck } from './helpers/luck';
import type { Rewriting } from './helpers/rewrite';
import { acceptedTickets, openTemporalEngine, type TemporalEngine } from './helpers/temporal-engine';
import { announcement, countSentTwice, slotToken, withoutParts } from './helpers/without';

const RESETS = 3;
/** One slice of small batches: ranges that are under way when the run is reset, and again those of the new run. */
const TICKETS = 2_000;
const BATCH = 10;
const luck = openLuck('without-announcement');
let temporal: TemporalEngine;
beforeAll(async () => {
  temporal = await openTemporalEngine('without-announcement', {
    sandbox: { ignoreIdempotencyKeys: true, latencyMs: 60 },
  });
});
afterAll(() => temporal.close());

/** A run that is reset in its middle, so many times; its old ranges stand beside the new ones until they learn of it. */
async function resetInTheMiddle(rewritings: readonly Rewriting[]): Promise<number> {
  const { engine } = temporal;
  await engine.reset();
  await setParameters(engine.database.pool, { ticketIterationSize: BATCH });
  await addTickets(engine.database.pool, 1, TICKETS);
  const { worker, requireUsed } = withoutParts(await engine.openWorker(), rewritings);
  const run = await temporal.start(worker);
  for (let reset = 1; reset <= RESETS; reset += 1) {
    const share = (reset - 0.5 + luck.next() / 4) / (RESETS + 1);
    await acceptedTickets(engine, Math.round(TICKETS * share));
    await callUnderWay(engine.admin);
    await run.reset();
  }
  await expect(run.result()).resolves.toMatchObject({ outcome: 'OK' });
  // A call that was not announced has no row that could hold its deliveries: they count by their marks.
  expect(await engine.query('select count(*)::integer as marks from processed')).toEqual([{ marks: TICKETS }]);
  requireUsed();
  return (await countSentTwice(engine, BATCH)).batches;
}

test('with announcements a reset of a running push sends nothing twice; without them, the calls under way; without tokens too, far more', async () => {
  const kept = await resetInTheMiddle([]);
  expect(kept).toBe(0);
  await expectInvariants(temporal.engine);
  await expectNothingSentAgain(temporal.engine, () => openRun(temporal.engine).toEnd());
  const damaged = await resetInTheMiddle(announcement);
  expect(damaged).toBeGreaterThan(0);
  const raw = await resetInTheMiddle([...announcement, ...slotToken]);
  expect(raw).toBeGreaterThan(damaged);
  const all = TICKETS / BATCH;
  for (const [what, batches] of [
    [`with it: reset ${RESETS} times while it sends`, kept],
    ['taken out: the same', damaged],
    ['taken out with the slot token: the same', raw],
  ] as const) {
    tell('without announcement', what, { batches: all, 'sent twice': batches });
  }
});
