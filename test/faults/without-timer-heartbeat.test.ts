import { Context } from '@temporalio/activity';
import type { World } from '../../activities/world';
import { expectInvariants, expectNothingSentAgain } from '../helpers/engine-invariants';
import { openRun } from '../helpers/engine-run';
import { addTickets } from '../helpers/engine-seed';
import { until } from '../helpers/until';
import type { Activities } from '../../workflows/contract';
import { tell } from './helpers/fault';
import { openTemporalEngine, type TemporalEngine } from './helpers/temporal-engine';
import { ANNOUNCING, announcement, countSentTwice, withoutParts } from './helpers/without';

const LANES = 4;
/** A range's heartbeat time-out is 3 s (workflows/push-activities.ts), and the SDK holds a heartbeat back for 2.4 s; a call may take 30 s. */
const SLOW_MS = 7_000;
const TICKETS = LANES * 100;
let temporal: TemporalEngine;
beforeAll(async () => {
  temporal = await openTemporalEngine('without-timer-heartbeat', { sandbox: { ignoreIdempotencyKeys: true } });
});
afterAll(() => temporal.close());

interface Switches {
  readonly timer: boolean;
  readonly announced: boolean;
}

/** The first call of every lane is slow, and nothing else is wrong. Counts attempts that Temporal started beside a healthy one. */
async function meetSlowCalls({ timer, announced }: Switches) {
  const { engine } = temporal;
  await engine.reset();
  await addTickets(engine.database.pool, 1, TICKETS);
  await engine.admin.addFault({ kind: 'latency', minMs: SLOW_MS, maxMs: SLOW_MS, count: LANES });
  const beats = new WeakMap<Context, () => void>();
  const { worker, requireUsed } = withoutParts(
    await engine.openWorker(),
    announced ? [] : announcement,
    ({ name }): undefined => {
      if (name === ANNOUNCING) beats.get(Context.current())?.();
    },
  );
  const attempts = new Map<number, number>();
  let beside = 0;
  const watch = (activities: Activities): Activities => ({
    ...activities,
    pushBatches: async (input) => {
      if (!timer) beats.set(Context.current(), beatByHand());
      const { number } = input.range;
      const open = attempts.get(number) ?? 0;
      if (open > 0) beside += 1;
      attempts.set(number, open + 1);
      try {
        return await activities.pushBatches(input);
      } finally {
        attempts.set(number, (attempts.get(number) ?? 1) - 1);
      }
    },
  });
  const run = await temporal.start(worker satisfies World, watch);
  await expect(run.result()).resolves.toMatchObject({ outcome: 'OK' });
  // A call that was not announced has no row that could hold its deliveries: they count by their marks.
  expect(await engine.query('select count(*)::integer as marks from processed')).toEqual([{ marks: TICKETS }]);
  requireUsed();
  // Where the run came to its end without them, the slow calls still go out.
  await until('no call is under way', async () => (await engine.admin.callSummary()).inFlight === 0);
  return { beside, batches: (await countSentTwice(engine)).batches };
}

/** The timer's heartbeats go nowhere from now on; what is returned beats, as a program does that beats after each batch. */
function beatByHand(): () => void {
  const context = Context.current();
  const beat = context.heartbeat;
  Object.defineProperty(context, 'heartbeat', { value: () => undefined });
  beat();
  return beat;
}

test('with heartbeats by a timer a slow call is left alone; with one after each batch, a second attempt starts beside a healthy one', async () => {
  const kept = await meetSlowCalls({ timer: true, announced: true });
  expect(kept).toEqual({ beside: 0, batches: 0 });
  await expectInvariants(temporal.engine);
  await expectNothingSentAgain(temporal.engine, () => openRun(temporal.engine).toEnd());
  const damaged = await meetSlowCalls({ timer: false, announced: true });
  expect(damaged.beside).toBeGreaterThanOrEqual(LANES);
  // The announcement is the second line of defence; where it is missing too, the slow calls go out again.
  expect(damaged.batches).toBe(0);
  const timerOnly = await meetSlowCalls({ timer: true, announced: false });
  expect(timerOnly).toEqual({ beside: 0, batches: 0 });
  const raw = await meetSlowCalls({ timer: false, announced: false });
  expect(raw.batches).toBe(LANES);
  for (const [what, { beside, batches }] of [
    [`with it: ${LANES} calls of ${SLOW_MS / 1_000} s`, kept],
    ['taken out', damaged],
    ['with it, announcement taken out', timerOnly],
    ['both taken out', raw],
  ] as const) {
    tell('without timer heartbeat', what, { 'attempts beside a healthy one': beside, 'sent twice, batches': batches });
  }
});
