import type { Recording } from '../../db/queries/push/announce';
import { isTrialLost, takeTrial } from '../../db/queries/push/trial';
import { loadPlan, type PlannedBatch } from '../../db/queries/push/load-plan';
import { countFirstTries } from '../../db/queries/push/refused-share';
import { setEnding } from '../../db/queries/push/set-ending';
import type { BatchRange, PushBatchesResult } from '../../workflows/contract';
import { executionClosed, olderDatabase } from '../failures';
import { type Lane, type LaneStop, persist, wantsToStop } from './lane';
import { type PreparedBatch, prepareBatch } from './prepare-batch';
import { type BatchEnd, pushBatch } from './push-batch';

export interface Walk {
  readonly stopped: PushBatchesResult['stopped'] | 'heldBack';
  readonly nextBatch: number;
}

const underWayLookMs = 200;
const killRatioEveryMs = 1_000;
/** Trials of an attempt whose answers neither accepted nor refused a ticket: more would leave all of a plan in doubt, two batches at a time. */
const mostIdleTrials = 2;
/** Outcomes that wait without a call to announce before they are written by themselves. */
const flushAt = 500;

/** Goes through the batches of a range; the next one is loaded while this one is at the API. What is recorded is not done again. */
export async function walkRange(lane: Lane, range: BatchRange): Promise<Walk> {
  const plan = await load(lane, range.firstBatch, range.lastBatch);
  let prepared = prepareAhead(lane, plan, 0);
  let ratioCheckedAt = 0;
  for (const [index, planned] of plan.entries()) {
    if (wantsToStop(lane)) return await leave(lane, 'yielded', planned.batch);
    const present = await prepared;
    const next = once(() => prepareAhead(lane, plan, index + 1));
    lane.ahead = { start: () => void next() };
    const end = await finishBatch(lane, present);
    if (end !== 'done') return await leave(lane, end, planned.batch);
    const stop = await flush(lane);
    if (stop !== undefined) return await leave(lane, stop, planned.batch + 1);
    // A batch without a call has begun nothing.
    prepared = next();
    if (lane.hasNewRefusals) {
      const now = performance.now();
      if (now - ratioCheckedAt > killRatioEveryMs) {
        ratioCheckedAt = now;
        lane.hasNewRefusals = false;
        await checkKillRatio(lane);
      }
    }
  }
  return await leave(lane, 'finished', range.lastBatch + 1);
}

/** Batches without a call announce nothing, so their outcomes would pile up and an operator's pause would not be seen. */
async function flush(lane: Lane): Promise<'paused' | 'ending' | undefined> {
  if (lane.pending === undefined || lane.pending.outcomes.length < flushAt) return undefined;
  const result = await persist(lane);
  if (result.ending !== null || result.closed) return 'ending';
  return result.paused ? 'paused' : undefined;
}

/** Does it when it is first asked for, and never again. */
function once<Result>(work: () => Result): () => Result {
  let done: { readonly result: Result } | undefined;
  return () => {
    done ??= { result: work() };
    return done.result;
  };
}

/** A batch prepared ahead may fail before anybody waits for it: the failure is kept for the one who does. */
function prepareAhead(lane: Lane, plan: readonly PlannedBatch[], index: number): Promise<PreparedBatch | undefined> {
  const planned = plan[index];
  if (planned === undefined) return Promise.resolve(undefined);
  const prepared = prepareBatch(planned, lane.loader, { forced: lane.overrides.forced });
  prepared.catch(() => undefined);
  return prepared;
}

async function finishBatch(
  lane: Lane,
  prepared: PreparedBatch | undefined,
): Promise<Exclude<BatchEnd, 'changed' | 'trial'>> {
  if (prepared === undefined) throw new Error('A planned batch was not prepared');
  for (let current = prepared; ;) {
    const end = current.underWay ? await waitUnderWay(lane) : await pushBatch(lane, current);
    if (end !== 'changed' && end !== 'trial') return end;
    if (end === 'trial') {
      const stop = await tryElsewhere(lane);
      if (stop !== undefined) return stop;
    }
    current = await prepareAgain(lane, current.batch);
  }
}

async function waitUnderWay(lane: Lane): Promise<'changed' | 'yielded'> {
  if (wantsToStop(lane)) return 'yielded';
  await lane.beat.sleep(underWayLookMs);
  return 'changed';
}

/** What is pending goes on record first, so that the batch is loaded as it stands. */
async function prepareAgain(lane: Lane, batch: number): Promise<PreparedBatch> {
  if (lane.pending !== undefined) await persist(lane);
  const [planned] = await load(lane, batch, batch);
  if (planned === undefined) throw olderDatabase(lane.identity.execution);
  return await prepareBatch(planned, lane.loader, { forced: lane.overrides.forced });
}

async function load(lane: Lane, first: number, last: number): Promise<readonly PlannedBatch[]> {
  const { world, identity, slot } = lane;
  const { execution } = identity;
  const worker = world.session.id() ?? '0';
  const plan = await loadPlan(world.database.pool, { execution, first, last, worker, token: slot.token });
  if (plan.length !== last - first + 1) throw olderDatabase(execution);
  return plan;
}

/** TIXNGO refuses whole calls only: one batch from the middle and one from the end decide whether it refuses everything (F19). */
async function tryElsewhere(lane: Lane): Promise<LaneStop | undefined> {
  const { database } = lane.world;
  const trial = { execution: lane.identity.execution, slot: lane.slot };
  const batches = await takeTrial(database, trial);
  let refused = 0;
  let answered = 0;
  for (const batch of batches) {
    const prepared = await prepareAgain(lane, batch);
    if (prepared.underWay) continue;
    const calls = prepared.calls.slice(0, 1);
    const end = await pushBatch(lane, { ...prepared, calls }, { trial: true });
    if (end !== 'done' && end !== 'changed' && end !== 'trial') return end;
    if (hasRefusal(lane.pending)) refused += 1;
    if (lane.pending?.call !== undefined) answered += 1;
    if (lane.pending !== undefined) await persist(lane);
  }
  if (answered > 0 && refused === 0) lane.idleTrials += 1;
  const exhausted = batches.length === 0 || lane.idleTrials >= mostIdleTrials;
  if (!(await isTrialLost(database, { ...trial, exhausted, refused }))) return undefined;
  await setEnding(database, lane.identity, { ending: 'all refused' });
  return 'ending';
}

/** TIXNGO refused tickets: the whole call, or some of it. */
function hasRefusal(pending: Recording | undefined): boolean {
  const { call, outcomes } = pending ?? {};
  if (call === undefined || outcomes === undefined) return false;
  return call.refusedWhole || outcomes.some(({ fromAnswer, outcome }) => fromAnswer && outcome === 'REFUSED');
}

async function checkKillRatio(lane: Lane): Promise<void> {
  const { killRatio, ticketIterationSize } = lane.settings;
  if (killRatio === null || lane.execution.simulation) return;
  if (lane.pending !== undefined) await persist(lane);
  const { execution } = lane.identity;
  const { tried, refused } = await countFirstTries(lane.world.database, { execution });
  if (tried < ticketIterationSize || refused / tried <= killRatio) return;
  await setEnding(lane.world.database, lane.identity, { ending: 'kill ratio' });
}

/** Whatever the reason to leave: what is known goes on record before. */
async function leave(lane: Lane, stopped: Walk['stopped'], nextBatch: number): Promise<Walk> {
  if (lane.pending !== undefined) {
    const result = await persist(lane);
    if (!result.identityKnown) throw olderDatabase(lane.identity.execution);
    if (result.closed) throw executionClosed(lane.identity.execution);
  }
  return { stopped, nextBatch };
}
