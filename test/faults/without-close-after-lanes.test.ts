import { ApplicationFailure } from '@temporalio/common';
import { openRun } from '../helpers/engine-run';
import { expectInvariants } from '../helpers/engine-invariants';
import { addTickets } from '../helpers/engine-seed';
import { until } from '../helpers/until';
import type { Activities, ExecutionReport } from '../../workflows/contract';
import { bundleCode } from '../workflows/workflow-worker';
import { tell } from './helpers/fault';
import { bundleRewritten } from './helpers/rewritten-workflows';
import { openTemporalEngine } from './helpers/temporal-engine';

const LANES = 4;
const TICKETS = LANES * 100;

/** One lane fails for good while each of the others has a call under way. What does the close tell about their tickets? */
async function failOneLane(workflows: string) {
  const temporal = await openTemporalEngine('without-close-after-lanes', { workflows });
  try {
    const { engine } = temporal;
    await addTickets(engine.database.pool, 1, TICKETS);
    await engine.admin.addFault({ kind: 'latency', minMs: 2_000, maxMs: 2_000, count: LANES - 1 });
    let report: ExecutionReport | undefined;
    let openRanges = 0;
    let openAtClose = -1;
    const watch = (activities: Activities): Activities => ({
      ...activities,
      pushBatches: async (input) => {
        if (input.range.firstBatch === 0) {
          await until('the other lanes call', async () => (await engine.admin.callSummary()).inFlight === LANES - 1);
          throw ApplicationFailure.nonRetryable('a row is gone', 'BUG');
        }
        openRanges += 1;
        try {
          return await activities.pushBatches(input);
        } finally {
          openRanges -= 1;
        }
      },
      closeExecution: async (input) => {
        openAtClose = openRanges;
        const closed = await activities.closeExecution(input);
        ({ report } = closed);
        return closed;
      },
    });
    const run = await temporal.start(engine.worker, watch);
    await expect(run.result()).rejects.toThrow();
    await until('no range is open', () => Promise.resolve(openRanges === 0));
    const accepted = (await engine.admin.callSummary()).tickets.injectTickets?.accepted ?? 0;
    // A delivery that is learnt after the close is recorded all the same: the close was wrong, not the end.
    if (openAtClose === 0) await expectInvariants(engine);
    await expect(openRun(engine).toEnd()).resolves.toMatchObject({ outcome: 'OK', delivered: TICKETS - accepted });
    await expectInvariants(engine);
    return { openAtClose, accepted, told: report?.delivered ?? 0, unknown: report?.unknown ?? 0 };
  } finally {
    await temporal.close();
  }
}

test('with the close after all lanes the report tells what was delivered; without it, delivered tickets are told UNKNOWN', async () => {
  const kept = await failOneLane(bundleCode());
  const under = (LANES - 1) * 50;
  expect(kept).toEqual({ openAtClose: 0, accepted: kept.told, told: kept.accepted, unknown: 0 });
  expect(kept.accepted).toBeGreaterThanOrEqual(under);
  const early = await bundleRewritten('push.ts', {
    part: 'await CancellationScope.nonCancellable(() => lanes.settled());',
    instead: '',
  });
  const damaged = await failOneLane(early);
  expect(damaged).toEqual({ openAtClose: LANES - 1, accepted: under, told: 0, unknown: under });
  for (const [what, { openAtClose, accepted, unknown }] of [
    ['with it: a lane fails, the others have a call under way', kept],
    ['taken out', damaged],
  ] as const) {
    tell('without close after lanes', what, {
      'ranges open at the close': openAtClose,
      delivered: accepted,
      'of these told UNKNOWN': unknown,
    });
  }
});
