import type { CallRecord } from '../../../sandbox/calls';

/** When a call arrived, in milliseconds since 1970. */
export function arrivedAt({ at }: CallRecord): number {
  return Date.parse(at);
}

/** Calls that arrived from `from` on and before `to`. */
export function callsBetween(calls: readonly CallRecord[], from: number, to: number): readonly CallRecord[] {
  return calls.filter((call) => arrivedAt(call) >= from && arrivedAt(call) < to);
}

/** The most calls that arrived within so many milliseconds: a stand-in that takes longer for each had them all in flight at once. */
export function mostWithin(calls: readonly CallRecord[], spanMs: number): number {
  const begins = calls.map(arrivedAt);
  return Math.max(0, ...begins.map((at) => begins.filter((other) => other > at - spanMs && other <= at).length));
}

/**
 * Milliseconds after `from` at which calls began to come as fast as `perSecond` again, kept up over `overMs`; undefined when they
 * never did. Looks every 100 ms.
 */
export function recoveredAfter(
  calls: readonly CallRecord[],
  { from, perSecond, overMs }: { readonly from: number; readonly perSecond: number; readonly overMs: number },
): number | undefined {
  const last = Math.max(...calls.map(arrivedAt));
  for (let start = from; start + overMs <= last; start += 100) {
    if (callsBetween(calls, start, start + overMs).length >= (perSecond * overMs) / 1_000) return start - from;
  }
  return undefined;
}
