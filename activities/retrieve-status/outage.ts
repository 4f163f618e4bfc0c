import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { outageTypes } from '../../workflows/retrieve-contract';
import { passing } from '../failures';
import type { Reader } from './reader';

const pausedLookMs = 1_000;
/** The longest pause of Temporal between two attempts (workflows/push-activities.ts). */
const longestRetryMs = 10_000;
/** The last attempt comes so long before the end of the time for attempts. */
const lastAttemptMs = 500;

/** Milliseconds until the time for attempts is over, by the clock of Temporal's server. */
export function openTimeLeft(): () => number {
  const { info } = Context.current();
  const startedAt = performance.now();
  const atStartMs =
    info.scheduleToCloseTimeoutMs - (info.currentAttemptScheduledTimestampMs - info.scheduledTimestampMs);
  return () => atStartMs - (performance.now() - startedAt);
}

/** TIXNGO gave an attempt no valid answer, or asked for a pause. */
export function isOutage(error: unknown): error is ApplicationFailure {
  return error instanceof ApplicationFailure && outageTypes.some((type) => type === error.type);
}

/**
 * The time for attempts is `maxOutageMinutes`, counted from the first one of its activity. So one that had an answer hands over to another
 * activity instead of failing; a pause that TIXNGO asked for is kept here, because another worker may not know of it. `lost`: the attempt ends first.
 */
export async function handOver({ world, beat, organizer }: Reader): Promise<'more' | 'lost'> {
  const isLost = () => beat.isCancelled() || world.isDraining();
  for (;;) {
    const pauseMs = world.pauses.remainingMs(organizer);
    if (isLost()) return 'lost';
    if (pauseMs <= 0) return 'more';
    await beat.sleep(Math.min(pauseMs, pausedLookMs));
  }
}

/** Temporal gives up as soon as the next attempt would come too late: so the last one comes just before the end, not up to ten seconds earlier. */
export function withinTime(error: ApplicationFailure, leftMs: number): ApplicationFailure {
  const { type, message } = error;
  const asked: unknown = error.nextRetryDelay;
  const pauseMs = typeof asked === 'number' ? asked : longestRetryMs;
  const latestMs = leftMs - lastAttemptMs;
  return latestMs > 0 && pauseMs > latestMs ? passing(type ?? outageTypes[0], message, latestMs) : error;
}
