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

export type GateDecision =
  | { readonly kind: 'wait'; readonly forMs: number }
  | { readonly kind: 'end'; readonly ending: 'outage' | 'failed'; readonly reason: string };

/**
 * What a lane does that may not announce because of the gate. `luck` is a number from 0 to 1 that spreads the lanes' next looks, so
 * that they do not all come back in the same millisecond.
 */
export function decideAtGate(view: GateView, maxOutageMs: number, luck: number): GateDecision {
  if (view.keyRefused) return { kind: 'end', ending: 'failed', reason: 'TIXNGO refuses the API key' };
  if (view.failingForMs !== undefined && view.failingForMs >= maxOutageMs) {
    return { kind: 'end', ending: 'outage', reason: 'no valid answer within maxOutageMinutes' };
  }
  const wait = Math.max(view.closedForMs, 100);
  return { kind: 'wait', forMs: Math.min(wait, longestLookMs) * (0.5 + luck / 2) };
}

/** Quick retries of one call before the gate counts as failing: 50 to 500 ms, at most 3, jittered (performance.md). */
export const quickRetries = 3;

/** Pause before quick retry `n` (from 1), in milliseconds; `luck` from 0 to 1. */
export function quickRetryPauseMs(n: number, luck: number): number {
  const longest = Math.min(500, 50 * 3 ** (n - 1));
  return 50 + (longest - 50) * luck;
}

/** Retry-After is obeyed, but never longer than an outage may last (domain.md 4, `maxOutageMinutes`). */
export function capRetryAfterMs(askedMs: number, maxOutageMs: number): number {
  return Math.min(Math.max(askedMs, 0), maxOutageMs);
}
