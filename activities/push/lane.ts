import {
  type AnnounceInput,
  type AnnounceResult,
  type Announcement,
  type HeldSlot,
  recordAndAnnounce,
  type Recording,
} from '../../db/queries/push/announce';
import { answeredLate } from '../../db/queries/push/answered-late';
import type { ExecutionIdentity } from '../../db/queries/push/identity';
import type { OpenedExecution } from '../../db/queries/push/open-range';
import type { TixngoClient } from '../../tixngo/client';
import type { Beat } from '../execution/heartbeat';
import { isDatabaseAway } from '../failures';
import type { World } from '../world';
import type { PushDefinition, TicketLoader } from './definition';
import { recordLate } from './record-late';
import type { RunOverrides, RunSettings } from './settings';

/** One of an execution's workings-off: a range at work, holding one slot. */
export interface Lane {
  readonly world: World;
  readonly definition: PushDefinition;
  readonly identity: ExecutionIdentity;
  readonly execution: OpenedExecution;
  readonly settings: RunSettings;
  readonly overrides: RunOverrides;
  readonly slot: HeldSlot;
  readonly loader: TicketLoader;
  readonly beat: Beat;
  /** Another execution waits for a slot and this lane has held its own for long (set by the renewal). */
  readonly wanted: { value: boolean };
  readonly client: { value: TixngoClient };
  /** What was learnt and is not on record yet; goes out with the next announcement. */
  pending: Recording | undefined;
  /** The next batch: begun once a call of the present one is out, so that it keeps nothing waiting that the call needs. */
  ahead: { readonly start: () => void };
  /** A ticket was refused since the share of refused ones was looked at (domain.md 4, `killRatio`). */
  hasNewRefusals: boolean;
  /** Trials whose answers neither accepted nor refused a ticket (walk-range.ts). */
  idleTrials: number;
}

/** Why a lane goes no further, without an error. `paused`: this run; `heldBack`: its interface or account. */
export type LaneStop = 'paused' | 'heldBack' | 'yielded' | 'ending';

/** A lane stops between two calls, never in one: cancelled, draining, or its slot is wanted elsewhere. */
export function wantsToStop(lane: Lane): boolean {
  return lane.beat.isCancelled() || lane.world.isDraining() || lane.wanted.value;
}

/** Adds to what waits to be recorded. Two answers cannot wait at once: an announcement lies between them. */
export function addPending(lane: Lane, recording: Recording): void {
  const before = lane.pending;
  if (before?.call !== undefined && recording.call !== undefined) throw new Error('Two answers wait to be recorded');
  const call = recording.call ?? before?.call;
  if (recording.outcomes.some((outcome) => outcome.outcome === 'REFUSED')) lane.hasNewRefusals = true;
  lane.pending = {
    outcomes: [...(before?.outcomes ?? []), ...recording.outcomes],
    ...(call === undefined ? {} : { call }),
  };
}

/** `askedAtMs`: when Postgres was asked, by `performance.now()`. What it said is of no earlier moment, however late it came. */
export type Persisted = AnnounceResult & { readonly askedAtMs: number };

/**
 * Records what is pending and asks to announce `next`. An answer that is known is recorded until it holds, however long the database is
 * away: the call is never repeated for the database's sake (architecture.md, "Facts win").
 */
export async function persist(lane: Lane, next?: Announcement): Promise<Persisted> {
  const input: AnnounceInput = {
    identity: lane.identity,
    slot: lane.slot,
    worker: lane.world.session.id() ?? '0',
    function: lane.definition.function,
    printingPointOfSales: lane.definition.prints ? lane.execution.pointOfSalesId : null,
    simulation: lane.execution.simulation,
    ...(lane.pending === undefined ? {} : { record: lane.pending }),
    ...(next === undefined ? {} : { announce: next }),
  };
  const { database } = lane.world;
  let askedAtMs = 0;
  const result = await untilDatabaseAnswers(lane, () => {
    askedAtMs = performance.now();
    return recordAndAnnounce(database.pool, input);
  });
  if (result.late) await untilDatabaseAnswers(lane, () => recordLate(database, input));
  const call = lane.pending?.call;
  if (call !== undefined && result.identityKnown && !result.slotHeld) {
    const { callDeadlineMs: deadlineMs } = lane.world;
    const late = { ...call, execution: lane.identity.execution, range: lane.slot.range, deadlineMs };
    await untilDatabaseAnswers(lane, () => answeredLate(database, late));
  }
  lane.pending = undefined;
  return { ...result, askedAtMs };
}

/** Asks again while the database is away. An attempt that is cancelled ends, unless it has an answer to record. */
export async function untilDatabaseAnswers<Result>(lane: Lane, ask: () => Promise<Result>): Promise<Result> {
  for (let pauseMs = 100; ; pauseMs = Math.min(pauseMs * 2, 2_000)) {
    try {
      return await ask();
    } catch (error) {
      const mustHold = lane.pending?.call !== undefined;
      if (!isDatabaseAway(error) || (!mustHold && lane.beat.isCancelled())) throw error;
      // A cancelled wait returns at once; an answer that must be recorded is tried again after a real pause all the same.
      await pause(pauseMs * (0.5 + lane.world.luck() / 2));
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
