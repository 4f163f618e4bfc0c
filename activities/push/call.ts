import { createHash } from 'node:crypto';
import type { PushAnswer } from '../../core/messages/push-answer';
import {
  addFailedTry,
  capRetryAfterMs,
  decideQuickRetry,
  decideUnanswered,
  type FailedTries,
  toFailureKind,
} from '../../core/push/gate';
import { batchOf } from '../../core/push/outcome';
import type { Announcement } from '../../db/queries/push/announce';
import { callFailed, callOver } from '../../db/queries/push/call-failed';
import { closeGate, refuseKey } from '../../db/queries/push/close-gate';
import { setEnding } from '../../db/queries/push/set-ending';
import { takeCallBack } from '../../db/queries/push/take-call-back';
import { TixngoAddressRefused, TixngoContractBroken, TixngoKeyRefused, TixngoUnavailable } from '../../tixngo/errors';
import { toTicketsBody } from '../../tixngo/tickets-body';
import { type Lane, untilDatabaseAnswers } from './lane';
import { type Announced, passGate, type Passage } from './pass-gate';
import type { CallTicket } from './prepare-batch';

/** A call with its body and key, ready to be announced. */
export interface BuiltCall {
  readonly announcement: Announcement;
  readonly body: Buffer;
}

/**
 * A call ends by the deadline that its announcement wrote down: past it others may repeat it, and its slot may be theirs. So an announcement
 * that waited, for a lock or for a commit, leaves less time; where that is less than this share, the call is announced anew.
 */
const leastShareOfTime = 1 / 2;

interface AnnouncedCall extends BuiltCall, Pick<Announced, 'ages'> {
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
  call: { readonly number: number; readonly repetition: boolean; readonly trial: boolean },
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
      trial: call.trial,
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
    const { sentAt, askedAtMs, ages } = passage;
    // Another lane learnt of a pause while this call was being announced: none begins on this worker after that answer (F11).
    const isPaused = lane.world.pauses.remainingMs(lane.slot.organizer) > 0;
    const beganAtMs = performance.now();
    const leftMs = askedAtMs + announcement.deadlineMs - beganAtMs;
    if (isPaused || leftMs < announcement.deadlineMs * leastShareOfTime) {
      announcement = await holdBack(lane, { ...call, announcement, sentAt, ages });
      continue;
    }
    announcement = { ...announcement, repetition: true };
    try {
      const answering = lane.client.value.push(lane.definition.operation, {
        body: call.body,
        idempotencyKey: announcement.key,
        deadlineMs: leftMs,
      });
      lane.ahead.start();
      const answer = await answering;
      return { kind: 'answered', answer, sentAt };
    } catch (error) {
      failed = addFailedTry(failed, { beganAtMs, failedAtMs: performance.now() });
      const end = await meetFailure(lane, { ...call, sentAt, ages }, { error, failed });
      if (end !== undefined) return end;
    }
  }
}

/**
 * What to announce instead of making a call now. One of which nothing was ever sent is taken back and announced as before, so that its tickets
 * are looked at again; one that was sent is over for now, and repeated.
 */
async function holdBack(lane: Lane, call: AnnouncedCall): Promise<Announcement> {
  const { announcement } = call;
  if (!announcement.repetition && (await takeCallBack(lane.world.database, toCallOnRecord(lane, call)))) {
    return announcement;
  }
  await untilDatabaseAnswers(lane, () => callOver(lane.world.database, toCallOnRecord(lane, call)));
  return { ...announcement, repetition: true };
}

const ended: CallResult = { kind: 'stop', stop: 'ending' };

/** What a failed call means for the gate; undefined when it may be tried again. */
async function meetFailure(
  lane: Lane,
  call: AnnouncedCall,
  { error, failed }: { readonly error: unknown; readonly failed: FailedTries },
): Promise<CallResult | undefined> {
  const { database } = lane.world;
  if (error instanceof TixngoUnavailable) return await meetUnavailable(lane, call, { error, failed });
  if (error instanceof TixngoKeyRefused) {
    await failedNow(lane, call, { kind: 'other' });
    if (readKeyAgain(lane)) return undefined;
    await refuseKey(database, lane.slot.organizer);
    return ended;
  }
  if (error instanceof TixngoContractBroken || error instanceof TixngoAddressRefused) {
    await failedNow(lane, call, { kind: 'other' });
    await setEnding(database, lane.identity, { ending: 'failed', reason: error.message });
    return ended;
  }
  throw error;
}

async function meetUnavailable(
  lane: Lane,
  call: AnnouncedCall,
  { error, failed }: { readonly error: TixngoUnavailable; readonly failed: FailedTries },
): Promise<CallResult | undefined> {
  const { database, pauses, luck } = lane.world;
  const { organizer } = lane.slot;
  const maxOutageMs = lane.settings.maxOutageMinutes * 60_000;
  const pauseMs = error.retryAfterMs === undefined ? undefined : capRetryAfterMs(error.retryAfterMs, maxOutageMs);
  // Before anything is waited for: the other lanes of this worker go on meanwhile.
  if (pauseMs !== undefined) pauses.pause(organizer, pauseMs);
  // A sending that a stale connection lost may have been taken a moment ago: whatever the second one was answered, it ends a row of 409s.
  const kind = error.repeated ? 'other' : toFailureKind(error.reason);
  // Also before a quick retry: a run that is stopped now must not keep claims and slot for a call that has failed.
  const conflictForMs = await failedNow(lane, call, { kind, pauseMs });
  const quicklyMs =
    pauseMs === undefined ? decideQuickRetry(failed, { nowMs: performance.now(), luck: luck() }) : undefined;
  if (quicklyMs !== undefined) {
    await lane.beat.sleep(quicklyMs);
    return undefined;
  }
  // A pause is no valid answer, however politely: else a TIXNGO that asks for one each time would never count as an outage.
  await closeGate(database, { organizer, failingCode: error.reason, ...(pauseMs === undefined ? {} : { pauseMs }) });
  return await giveUp(lane, call, { error, conflictForMs });
}

/** Ends a call that was tried for too long; undefined when it was not. */
async function giveUp(
  lane: Lane,
  call: AnnouncedCall,
  { error, conflictForMs }: { readonly error: TixngoUnavailable; readonly conflictForMs: number | undefined },
): Promise<CallResult | undefined> {
  const { reason, said } = error;
  const { deadlineMs } = call.announcement;
  const decision = decideUnanswered(
    { ...call.ages, conflictForMs, deadlineMs, failure: reason },
    lane.settings.maxOutageMinutes * 60_000,
  );
  if (decision === undefined) return undefined;
  if (decision.kind === 'end') {
    await setEnding(lane.world.database, lane.identity, { ending: 'outage', reason: decision.reason });
    return ended;
  }
  const refused = said ?? { code: reason, message: 'TIXNGO answered with a conflict for maxOutageMinutes' };
  return {
    kind: 'answered',
    answer: { kind: 'refused-whole', status: 409, error: refused, named: [] },
    sentAt: call.sentAt,
  };
}

/** A new key in the file is used at once; a key from the environment stays until the worker is started again. */
function readKeyAgain(lane: Lane): boolean {
  const fresh = lane.world.openTixngo(lane.execution);
  if (fresh === lane.client.value) return false;
  lane.client.value = fresh;
  return true;
}

/** While the database is away, too: else the next attempt would take the call for one under way, until its deadline. */
function failedNow(lane: Lane, call: AnnouncedCall, failure: Parameters<typeof callFailed>[2]) {
  return untilDatabaseAnswers(lane, () => callFailed(lane.world.database, toCallOnRecord(lane, call), failure));
}

function toCallOnRecord({ identity, slot }: Lane, { announcement, sentAt }: AnnouncedCall) {
  const { batch, number, deadlineMs } = announcement;
  return { execution: identity.execution, slot, batch, number, sentAt, deadlineMs };
}
