import { log } from '@temporalio/activity';
import type { PushBatchesInput, PushBatchesResult } from '../../workflows/contract';
import type { ExecutionIdentity } from '../../db/queries/push/identity';
import { leaveRange } from '../../db/queries/push/leave-range';
import { openRange, type OpenedExecution } from '../../db/queries/push/open-range';
import { renewSlot } from '../../db/queries/push/renew-slot';
import { withHeartbeat } from '../execution/heartbeat';
import { identify } from '../execution/identify';
import { describeForLog, executionClosed, fatal, isDatabaseAway, olderDatabase } from '../failures';
import type { World } from '../world';
import type { PushDefinition } from './definition';
import { type Lane, persist } from './lane';
import { readRunOverrides, readRunSettings } from './settings';
import { heldBack, type Unslotted, waitForSlot } from './wait-for-slot';
import { type Walk, walkRange } from './walk-range';

/** Seconds that a slot is held without a renewal: longer than a call may take, so no call outlives its slot (architecture.md). */
const leaseSeconds = 45;
const renewEveryBeats = 5;

/** Works off one range of batches: takes a slot, sends batch after batch, gives the slot back, returns counts. */
export function pushBatches(
  world: World,
  definition: PushDefinition,
  input: PushBatchesInput,
): Promise<PushBatchesResult> {
  const renewal = openRenewal(world);
  return withHeartbeat(async (beat) => {
    const identity = identify(input);
    const execution = await requireExecution(world, identity, input);
    if (execution.ending !== null) return nothingDone('ending', input);
    const slot = await waitForSlot(world, { beat, input, identity, organizer: execution.organizer, leaseSeconds });
    if (typeof slot === 'string') return nothingDone(slot, input);
    const lane = openLane(world, { definition, identity, execution, slot, beat, input });
    const handOver = world.slots.begin(slot.organizer, input.execution);
    renewal.start(lane);
    try {
      const walk = await walkAndKeep(lane, input.range);
      const counts = await leaveRange(world.database.pool, slot, {
        execution: input.execution,
        firstBatch: input.range.firstBatch,
        lastBatch: walk.nextBatch - 1,
        finished: walk.stopped === 'finished',
        gaveWay: lane.wanted.value,
      });
      const { stopped, nextBatch } = walk;
      // Its slot goes to others meanwhile. The workflow knows of no such pause: the next attempt waits for it, without a slot.
      if (stopped === 'heldBack') throw heldBack();
      return { stopped, nextBatch, counts };
    } finally {
      renewal.stop();
      handOver();
    }
  }, renewal.beat);
}

/** Whatever ends the walk: an answer that is known goes on record before, however long the database is away. */
async function walkAndKeep(lane: Lane, range: PushBatchesInput['range']): Promise<Walk> {
  try {
    return await walkRange(lane, range);
  } catch (error) {
    if (lane.pending?.call !== undefined) await persist(lane);
    throw error;
  }
}

async function requireExecution(
  world: World,
  identity: ExecutionIdentity,
  input: PushBatchesInput,
): Promise<OpenedExecution> {
  const execution = await openRange(world.database.pool, identity);
  if (execution === undefined) throw olderDatabase(input.execution);
  if (execution.slices < input.known.slices || execution.rangesFinished < input.known.ranges) {
    throw olderDatabase(input.execution);
  }
  if (execution.closed) throw executionClosed(input.execution);
  // URL and key are read as they are now; slots, gate and marks are those of the account that the run opened on.
  if (execution.connectedOrganizer !== execution.organizer) {
    throw fatal(
      'INTERFACE_MOVED',
      `The interface was moved from ${execution.organizer} to ${execution.connectedOrganizer}: the next run works there`,
    );
  }
  return execution;
}

function openLane(
  world: World,
  parts: Pick<Lane, 'definition' | 'identity' | 'execution' | 'slot' | 'beat'> & { readonly input: PushBatchesInput },
): Lane {
  const { definition, identity, execution, slot, beat } = parts;
  const settings = readRunSettings(execution.settings);
  const overrides = readRunOverrides(execution.overrides);
  const { organizationId, scheduleId } = execution;
  return {
    world,
    definition,
    identity,
    execution,
    settings,
    overrides,
    slot,
    beat,
    loader: definition.openLoader(world, {
      run: identity.firstRunId,
      organizationId,
      scheduleId,
      settings,
      forced: overrides.forced,
      skip: overrides.skip,
    }),
    wanted: { value: false },
    client: { value: world.openTixngo(execution) },
    pending: undefined,
    ahead: { start: () => undefined },
    hasNewRefusals: false,
    idleTrials: 0,
  };
}

/** Renews the slot by the heartbeat's timer. A renewal that fails shows at the next announcement, which requires the slot. */
function openRenewal(world: World) {
  let lane: Lane | undefined;
  let beats = 0;
  let isUnderWay = false;
  const renew = async (renewed: Lane): Promise<void> => {
    isUnderWay = true;
    try {
      const options = { execution: renewed.identity.execution, leaseSeconds };
      const state = await renewSlot(world.database.pool, renewed.slot, options);
      if (state.waitedFor) renewed.wanted.value = true;
    } catch (error) {
      // Nobody waits for this promise, so a bug is said here; the announcement fails without the renewal.
      if (!isDatabaseAway(error)) log.error('A slot cannot be renewed', { ...describeForLog(error) });
    } finally {
      isUnderWay = false;
    }
  };
  return {
    start: (started: Lane) => {
      lane = started;
    },
    stop: () => {
      lane = undefined;
    },
    beat: () => {
      beats += 1;
      if (lane === undefined || beats % renewEveryBeats !== 0) return;
      // One that waits for the slot's row has a connection: with another one each time, a few lanes would have all of the worker's.
      if (!isUnderWay) void renew(lane);
    },
  };
}

function nothingDone(stopped: Unslotted, input: PushBatchesInput): PushBatchesResult {
  const counts = { delivered: 0, refused: 0, skipped: 0, simulated: 0, unknown: 0, notTried: 0 };
  return { stopped, nextBatch: input.range.firstBatch, counts };
}
