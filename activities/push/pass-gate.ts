import type { Announcement } from '../../db/queries/push/announce';
import { setEnding } from '../../db/queries/push/set-ending';
import { decideAtGate, type UnansweredCall } from '../../core/push/gate';
import { executionClosed, olderDatabase, passing } from '../failures';
import { type Lane, type LaneStop, persist, type Persisted, wantsToStop } from './lane';

/** A call that is on record as under way. */
export interface Announced {
  readonly kind: 'announced';
  readonly sentAt: string;
  /** When Postgres was asked, by `performance.now()`: the call has its time from then on. */
  readonly askedAtMs: number;
  /** Ages that the announcement saw (core/push/gate.ts). */
  readonly ages: Pick<UnansweredCall, 'calledForMs' | 'failingForMs'>;
}

/** `announced`: make the call. `changed`: load the batch again. `trial`: TIXNGO refuses everything, try elsewhere in the plan. */
export type Passage =
  | Announced
  | { readonly kind: 'changed' }
  | { readonly kind: 'trial' }
  | { readonly kind: 'stop'; readonly stop: LaneStop };

/** Waits longer than this end the attempt, so that the Temporal UI shows why nothing moves; Temporal starts the next one. */
const longestWaitMs = 10_000;
const lookEveryMs = 250;

type Step = Passage | { readonly kind: 'look'; readonly afterMs: number; readonly because: string };

/** Brings one call through everything that may hold it back: pause, gate, limit, narrowing; announces it or says why not. */
export async function passGate(lane: Lane, next: Announcement): Promise<Passage> {
  let waitedMs = 0;
  for (;;) {
    const ownPauseMs = lane.world.pauses.remainingMs(lane.slot.organizer);
    if (wantsToStop(lane)) return { kind: 'stop', stop: 'yielded' };
    const step: Step =
      ownPauseMs > 0
        ? { kind: 'look', afterMs: ownPauseMs, because: 'TIXNGO asked for a pause' }
        : await decideStep(lane, await persist(lane, next));
    if (step.kind !== 'look') return step;
    if (waitedMs >= longestWaitMs || step.afterMs > longestWaitMs) {
      // An outage ends the run also when every wait is a long one.
      const standing = await decideStep(lane, await persist(lane));
      if (standing.kind === 'stop') return standing;
      throw passing('WAITING', `No call for now: ${step.because}`, Math.min(step.afterMs, longestWaitMs));
    }
    await lane.beat.sleep(step.afterMs);
    waitedMs += step.afterMs;
  }
}

async function decideStep(lane: Lane, result: Persisted): Promise<Step> {
  if (result.announced) {
    const ages = { calledForMs: result.calledForMs ?? 0, ...toFailing(result) };
    return { kind: 'announced', sentAt: result.sentAt, askedAtMs: result.askedAtMs, ages };
  }
  const { execution } = lane.identity;
  if (!result.identityKnown) throw olderDatabase(execution);
  if (result.closed) throw executionClosed(execution);
  if (result.ending !== null) return { kind: 'stop', stop: 'ending' };
  if (!result.slotHeld)
    throw passing('SLOT_LOST', 'This attempt lost its slot to a newer one, or could not renew it', 100);
  if (result.paused) return { kind: 'stop', stop: 'paused' };
  if (result.heldBack) return { kind: 'stop', stop: 'heldBack' };
  if (!result.workerAlive) return { kind: 'look', afterMs: lookEveryMs, because: 'the worker has no database session' };
  if (result.callUnderWay) {
    return { kind: 'look', afterMs: lookEveryMs, because: 'an earlier attempt of this range has a call under way' };
  }
  if (result.ticketsChanged) return { kind: 'changed' };
  if (result.trialWanted) return { kind: 'trial' };
  if (result.narrowedElsewhere) {
    return { kind: 'look', afterMs: lookEveryMs, because: 'whole calls are refused, and one range narrows them down' };
  }
  const atGate = result.closedForMs > 0 || result.keyRefused || result.probeNeeded;
  return atGate ? await waitAtGate(lane, result) : { kind: 'changed' };
}

async function waitAtGate(lane: Lane, result: Persisted): Promise<Step> {
  const decision = decideAtGate(
    {
      closedForMs: result.closedForMs,
      keyRefused: result.keyRefused,
      ...toFailing(result),
    },
    lane.settings.maxOutageMinutes * 60_000,
    lane.world.luck(),
  );
  if (decision.kind === 'end') {
    await setEnding(lane.world.database, lane.identity, decision);
    return { kind: 'stop', stop: 'ending' };
  }
  return { kind: 'look', afterMs: decision.forMs, because: 'TIXNGO asked for a pause or gives no valid answer' };
}

function toFailing({ failingForMs }: Persisted): { readonly failingForMs?: number } {
  return failingForMs === null ? {} : { failingForMs };
}
