import type { TicketCount } from '../sandbox/calls';
import type { Timeline } from '../sandbox/timeline';
import type { Crash } from './race';

/** What is known from outside about a run through a crash; times in milliseconds since 1970. */
export interface CrashFacts {
  readonly due: ReadonlySet<string>;
  readonly arrived: Readonly<Record<string, TicketCount>>;
  readonly timeline: Timeline;
  readonly times: Readonly<Record<'startedAt' | 'killedAt' | 'readyAt' | 'doneAt', number>>;
}

/** Counts what the crash did, and tells its times in seconds from the start of the run. */
export function countCrash({ due, arrived, timeline, times }: CrashFacts): Crash {
  const toSeconds = (at: number): number => (at - times.startedAt) / 1_000;
  const counts = Object.values(arrived);
  return {
    killedAt: toSeconds(times.killedAt),
    readyAt: toSeconds(times.readyAt),
    doneAt: toSeconds(times.doneAt),
    lost: [...due].filter((id) => (arrived[id]?.accepted ?? 0) === 0).length,
    doubled: counts.filter(({ changed }) => changed > 1).length,
    sentTwice: counts.reduce((sum, { accepted }) => sum + Math.max(0, accepted - 1), 0),
    accepted: timeline.accepted.map(({ at, tickets }) => ({ seconds: toSeconds(at), tickets })),
  };
}
