/** Longest wait between two looks at a closed gate, in milliseconds: short enough to be at full rate 15 s after TIXNGO heals (F12). */
const longestLookMs = 1_000;

/** How the gate of an organizer stands, as the refused announcement saw it. */
export interface GateView {
  /** Milliseconds until Retry-After allows calls again; 0 when it does already. */
  readonly closedForMs: number;
  /** Milliseconds without a valid answer, counted from the later of the failure's and the execution's start; undefined when all is well. */
  readonly failingForMs?: number;
  readonly keyRefused: boolean;
}

/** Why a run ends as an outage, as its report says after "TIXNGO gave" (core/push/report.ts). */
const outageReason = 'no valid answer for maxOutageMinutes';

/** Why a run ends whose key TIXNGO refuses, in its report after "Could not work". */
export const keyRefused = 'TIXNGO refuses the API key; check the key reference of the interface';

export type GateDecision =
  | { readonly kind: 'wait'; readonly forMs: number }
  | { readonly kind: 'end'; readonly ending: 'outage' | 'failed'; readonly reason: string };

/**
 * What a lane does that may not announce because of the gate. `luck` is a number from 0 to 1 that spreads the lanes' next looks, so
 * that they do not all come back in the same millisecond.
 */
export function decideAtGate(view: GateView, maxOutageMs: number, luck: number): GateDecision {
  if (view.keyRefused) return { kind: 'end', ending: 'failed', reason: keyRefused };
  if (view.failingForMs !== undefined && view.failingForMs >= maxOutageMs) {
    return { kind: 'end', ending: 'outage', reason: outageReason };
  }
  const wait = Math.max(view.closedForMs, 100);
  return { kind: 'wait', forMs: Math.min(wait, longestLookMs) * (0.5 + luck / 2) };
}

/**
 * What a failed try says: that the account is called too often, which is nothing about its call; that this key is still being worked on, or
 * not any more (tixngo-api.md, "Access"); or no more than that there is no valid answer.
 */
export type FailureKind = 'rate' | 'conflict' | 'other';

/** Of STATUS_503, TIMEOUT, RESET ... */
export function toFailureKind(failure: string): FailureKind {
  if (failure === 'STATUS_429') return 'rate';
  return failure === 'STATUS_409' ? 'conflict' : 'other';
}

/**
 * Of the wait for a call's next try so much counts as time without an answer, in milliseconds, beyond the pause that a 503 to it asked for.
 * In a longer one the run was paused, no worker or slot was there, or TIXNGO asked the account for a pause: nobody made the call. Counted, that
 * would end runs; were the call as young as a new one afterwards, one that is never answered would keep its run open.
 */
export const longestCountedWaitMs = 120_000;

/** A call that got no valid answer and is not quickly retried, in milliseconds. */
export interface UnansweredCall {
  /** Since it was first announced, by whatever attempt, as this announcement saw it; what does not count is taken out (call-failed.ts). */
  readonly calledForMs: number;
  /** By the same clock, since the first 409 of the row that the last try belongs to; absent when it does not belong to one. */
  readonly conflictForMs?: number | undefined;
  /** As in `GateView`. */
  readonly failingForMs?: number;
  /** What a try may take. */
  readonly deadlineMs: number;
  /** How the last try failed: STATUS_503, TIMEOUT, RESET ... */
  readonly failure: string;
}

/**
 * What a lane does whose call failed and that closes the gate; undefined: wait there and make it again.
 *
 * Looked at after the call, too, for a probe that takes longer than a second is followed by the next one without a wait at the gate. And by the
 * call: answers to others open the gate each time, so one that TIXNGO never answers would keep its run open until Temporal ends it.
 * It has as much longer than `maxOutageMs` as an account that fails may take to be noticed, so that an outage of the account ends as one.
 * A 409 that lasts so long is a refusal (architecture.md, the four pushes): the 409, not the call, of which TIXNGO may have taken a sending
 * that it answered with 503, a moment ago. Until then it ends nothing. A 429 speaks of the account's rate, not of this call.
 */
export function decideUnanswered(
  { calledForMs, conflictForMs = 0, failingForMs = 0, deadlineMs, failure }: UnansweredCall,
  maxOutageMs: number,
): { readonly kind: 'end'; readonly reason: string } | { readonly kind: 'refuse' } | undefined {
  if (failingForMs >= maxOutageMs) return { kind: 'end', reason: outageReason };
  const longestMs = maxOutageMs + quickRetriesEndMs + deadlineMs;
  const kind = toFailureKind(failure);
  if (kind === 'rate') return undefined;
  if (kind === 'conflict') return conflictForMs < longestMs ? undefined : { kind: 'refuse' };
  if (calledForMs < longestMs) return undefined;
  return {
    kind: 'end',
    reason: `no valid answer to one call for maxOutageMinutes (at last ${failure}), whatever it answered to others`,
  };
}

/** Quick retries of one call before the gate counts as failing: 50 to 500 ms, at most 3, jittered (performance.md). */
export const quickRetries = 3;

/** Pause before quick retry `n` (from 1), in milliseconds; `luck` from 0 to 1. */
export function quickRetryPauseMs(n: number, luck: number): number {
  const longest = Math.min(500, 50 * 3 ** (n - 1));
  return 50 + (longest - 50) * luck;
}

/** From 5 s after TIXNGO began to fail at most one call a second goes out in all (reliability.md F12): quick retries are to end by then. */
const quickRetriesEndMs = 5_000;

/** The tries of one call so far, none of which got a valid answer. Times are milliseconds of one clock that is never set back. */
export interface FailedTries {
  readonly count: number;
  /** When the first one began. */
  readonly beganAtMs: number;
  /** What the longest of them took. */
  readonly longestMs: number;
}

/** `before` with one more; undefined when that one is the first. */
export function addFailedTry(
  before: FailedTries | undefined,
  { beganAtMs, failedAtMs }: { readonly beganAtMs: number; readonly failedAtMs: number },
): FailedTries {
  return {
    count: (before?.count ?? 0) + 1,
    beganAtMs: before?.beganAtMs ?? beganAtMs,
    longestMs: Math.max(before?.longestMs ?? 0, failedAtMs - beganAtMs),
  };
}

/**
 * Pause before the next quick retry, in milliseconds; undefined when there is none and the gate closes: after the last one, and when one
 * that takes as long as the longest try so far would not end within 5 s of the first one's beginning (reliability.md F12). So each begins
 * within 4 s of it, which leaves a second to a lane that was between two calls when TIXNGO began to fail. `luck` from 0 to 1.
 */
export function decideQuickRetry(
  { count, beganAtMs, longestMs }: FailedTries,
  { nowMs, luck }: { readonly nowMs: number; readonly luck: number },
): number | undefined {
  if (count > quickRetries) return undefined;
  const pauseMs = quickRetryPauseMs(count, luck);
  return nowMs - beganAtMs + pauseMs + longestMs <= quickRetriesEndMs ? pauseMs : undefined;
}

/** Retry-After is obeyed, but never longer than an outage may last (domain.md 4, `maxOutageMinutes`). */
export function capRetryAfterMs(askedMs: number, maxOutageMs: number): number {
  return Math.min(Math.max(askedMs, 0), maxOutageMs);
}
