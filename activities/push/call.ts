import { createHash } from 'node:crypto';
import type { PushAnswer } from '../../core/messages/push-answer';
import { addFailedTry, capRetryAfterMs, decideQuickRetry, type FailedTries } from '../../core/push/gate';
import { batchOf } from '../../core/push/outcome';
import type { Announcement } from '../../db/queries/push/announce';
import { callFailed, closeGate, refuseKey } from '../../db/queries/push/close-gate';
import { setEnding } from '../../db/queries/push/set-ending';
import { takeCallBack } from '../../db/queries/push/take-call-back';
import { TixngoAddressRefused, TixngoContractBroken, TixngoKeyRefused, TixngoUnavailable } from '../../tixngo/errors';
import { toTicketsBody } from '../../tixngo/tickets-body';
import type { Lane, LaneStop } from './lane';
import { passGate, type Passage } from './pass-gate';
import type { CallTicket } from './prepare-batch';

/** A call with its body and key, ready to be announced. */
export interface BuiltCall {
  readonly announcement: Announcement;
  readonly body: Buffer;
}

interface AnnouncedCall extends BuiltCall {
  /** When it was announced, by the database's clock. */
  readonly sentAt: string;
}

export type CallResult =
  | { readonly kind: 'answered'; readonly answer: PushAnswer; readonly sentAt: string }
  | Exclude<Passage, { kind: 'announced' }>;

/** The body is joined from messages that were built once; its key is SHA-256 of execution and body (tixngo-api.md, "Access"). */
export function buildCall(
  lane: Lane,
  tickets: readonly CallTicket[],
  call: { readonly number: number; readonly repetition: boolean },
): BuiltCall {
  const [first] = tickets;
  if (first === undefined) throw new Error('A call without tickets');
  const body = toTicketsBody(tickets.map(({ json }) => json));
  const key = createHash('sha256').update(`${lane.identity.execution.toString()}\n`).update(body).digest('hex');
  return {
    body,
    announcement: {
      batch: batchOf(first.position),
      number: call.number,
      key,
      positions: tickets.map((ticket) => ticket.position),
      tickets: tickets.map(({ ticketId, rowVersion }) => ({ ticketId, rowVersion })),
      repetition: call.repetition,
      deadlineMs: lane.world.callDeadlineMs,
    },
  };
}

/** Announces the call and makes it until there is a valid answer, or a reason to stop. An unanswered call stays on record as such. */
export async function makeCall(lane: Lane, call: BuiltCall): Promise<CallResult> {
  let { announcement } = call;
  // Of all its passages: quick retries that a call had before the gate held it back are not made again.
  let failed: FailedTries | undefined;
  for (;;) {
    const passage = await passGate(lane, announcement);
    if (passage.kind !== 'announced') return passage;
    const { sentAt } = passage;
    if (lane.world.pauses.remainingMs(lane.slot.organizer) > 0) {
      // Another lane learnt of a pause while this call was being announced: none begins on this worker after that answer (F11).
      announcement = await holdBack(lane, { ...call, announcement, sentAt });
      continue;
    }
    announcement = { ...announcement, repetition: true };
    const beganAtMs = performance.now();
    try {
      const answering = lane.client.value.push(lane.definition.operation, {
        body: call.body,
        idempotencyKey: announcement.key,
        deadlineMs: announcement.deadlineMs,
      });
      lane.ahead.start();
      const answer = await answering;
      return { kind: 'answered', answer, sentAt };
    } catch (error) {
      failed = addFailedTry(failed, { beganAtMs, failedAtMs: performance.now() });
      const stop = await meetFailure(lane, { ...call, sentAt }, { error, failed });
      if (stop !== undefined) return { kind: 'stop', stop };
    }
  }
}

/**
 * What to announce when the pause is over. A call of which nothing was ever sent is taken back and announced as before, so that its tickets
 * are looked at again; one that was sent is over for now, and repeated.
 */
async function holdBack(lane: Lane, call: AnnouncedCall): Promise<Announcement> {
  const { announcement } = call;
  if (!announcement.repetition && (await takeCallBack(lane.world.database, toCallOnRecord(lane, call)))) {
    return announcement;
  }
  await overNow(lane, call);
  return { ...announcement, repetition: true };
}

/** What a failed call means for the gate; undefined when it may be tried again. */
async function meetFailure(
  lane: Lane,
  call: AnnouncedCall,
  { error, failed }: { readonly error: unknown; readonly failed: FailedTries },
): Promise<LaneStop | undefined> {
  const { database } = lane.world;
  if (error instanceof TixngoUnavailable) {
    await meetUnavailable(lane, call, { error, failed });
    return undefined;
  }
  if (error instanceof TixngoKeyRefused) {
    await overNow(lane, call);
    if (readKeyAgain(lane)) return undefined;
    await refuseKey(database, lane.slot.organizer);
    return 'ending';
  }
  if (error instanceof TixngoContractBroken || error instanceof TixngoAddressRefused) {
    await overNow(lane, call);
    await setEnding(database, lane.identity, { ending: 'failed', reason: error.message });
    return 'ending';
  }
  throw error;
}

async function meetUnavailable(
  lane: Lane,
  call: AnnouncedCall,
  { error, failed }: { readonly error: TixngoUnavailable; readonly failed: FailedTries },
): Promise<void> {
  const { database, pauses, luck } = lane.world;
  const { organizer } = lane.slot;
  const pauseMs =
    error.retryAfterMs === undefined
      ? undefined
      : capRetryAfterMs(error.retryAfterMs, lane.settings.maxOutageMinutes * 60_000);
  // Before anything is waited for: the other lanes of this worker go on meanwhile.
  if (pauseMs !== undefined) pauses.pause(organizer, pauseMs);
  // Also before a quick retry: a run that is stopped now must not keep claims and slot for a call that has failed.
  await overNow(lane, call);
  if (pauseMs !== undefined) {
    // No valid answer, however politely: else a TIXNGO that asks for a pause each time would never count as an outage.
    await closeGate(database, { organizer, pauseMs, failingCode: error.reason });
    return;
  }
  const quicklyMs = decideQuickRetry(failed, { nowMs: performance.now(), luck: luck() });
  if (quicklyMs === undefined) await closeGate(database, { organizer, failingCode: error.reason });
  else await lane.beat.sleep(quicklyMs);
}

/** A new key in the file is used at once; a key from the environment stays until the worker is started again. */
function readKeyAgain(lane: Lane): boolean {
  const fresh = lane.world.openTixngo(lane.execution);
  if (fresh === lane.client.value) return false;
  lane.client.value = fresh;
  return true;
}

function overNow(lane: Lane, call: AnnouncedCall): Promise<void> {
  return callFailed(lane.world.database, toCallOnRecord(lane, call));
}

function toCallOnRecord({ identity, slot }: Lane, { announcement, sentAt }: AnnouncedCall) {
  const { batch, number, deadlineMs } = announcement;
  return { execution: identity.execution, slot, batch, number, sentAt, deadlineMs };
}
