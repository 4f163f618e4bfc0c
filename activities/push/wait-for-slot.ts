import type { HeldSlot } from '../../db/queries/push/announce';
import type { ExecutionIdentity } from '../../db/queries/push/identity';
import { takeSlot } from '../../db/queries/push/take-slot';
import type { PushBatchesInput } from '../../workflows/contract';
import type { Beat } from '../execution/heartbeat';
import { executionClosed, olderDatabase, passing } from '../failures';
import type { World } from '../world';
import type { SlotTurn } from './slot-exchange';

const slotLookMs = 200;
/** A lane that ends here says so at once; one that ends on another worker is found so much later. */
const nextLookMs = 1_000;
const heldBackLookMs = 1_000;
const longestSlotWaitMs = 30_000;

/** Why a range got no slot and goes no further. */
export type Unslotted = 'yielded' | 'ending' | 'paused';

interface Asking {
  readonly beat: Beat;
  readonly input: PushBatchesInput;
  readonly identity: ExecutionIdentity;
  readonly organizer: string;
  /** Seconds that the slot is held without a renewal. */
  readonly leaseSeconds: number;
}

/**
 * A slot, or why this range goes no further. A run has more ranges than lanes here (workflows/push-lanes.ts): while lanes of it work in this
 * process, the next range waits for one of them to end, and hardly asks.
 */
export async function waitForSlot(world: World, context: Asking): Promise<HeldSlot | Unslotted> {
  const turn = world.slots.join(context.organizer);
  try {
    return await askInTurn(world, context, turn);
  } finally {
    turn.leave();
  }
}

async function askInTurn(world: World, context: Asking, turn: SlotTurn): Promise<HeldSlot | Unslotted> {
  const { beat, input, identity, leaseSeconds } = context;
  for (let waitedMs = 0; ;) {
    if (beat.isCancelled() || world.isDraining()) return 'yielded';
    const worker = world.session.id();
    const isNext = world.slots.isWorking(input.execution);
    let lookMs = isNext ? nextLookMs : slotLookMs;
    if (worker !== undefined) {
      const range = input.range.number;
      const answer = await takeSlot(world.database.pool, { identity, range, worker, leaseSeconds });
      if (answer.kind === 'taken') return answer.slot;
      if (answer.kind === 'ending' || answer.kind === 'paused') return answer.kind;
      if (answer.kind === 'unknown') throw olderDatabase(input.execution);
      if (answer.kind === 'closed') throw executionClosed(input.execution);
      if (answer.kind === 'heldBack') {
        if (waitedMs >= longestSlotWaitMs) throw heldBack();
        lookMs = heldBackLookMs;
      }
    }
    if (waitedMs >= longestSlotWaitMs && !isNext) {
      throw passing('NO_SLOT', 'All calls in flight that this account allows are taken by other ranges', 1_000);
    }
    await turn.next(beat.sleep(lookMs * (0.5 + world.luck())));
    waitedMs += lookMs;
  }
}

/** Ends an attempt whose interface or organizer an operator paused; Temporal starts the next one. */
export function heldBack(): Error {
  return passing('WAITING', 'No call for now: its interface or organizer is paused', 1_000);
}
