import { addMinutes, type Instant } from './instants';

/** Where an event's times come from: the performance (no `startsAt` for open passes and services) and the ticket's validity. */
export interface EventTimeSources {
  readonly startsAt: Instant | undefined;
  readonly durationMinutes: number | undefined;
  readonly validFrom: Instant | undefined;
  readonly validTo: Instant | undefined;
}

/** `event.startTime` and `event.expirationDate`; undefined where S-360 knows none. */
export interface EventTimes {
  readonly start: Instant | undefined;
  readonly expiration: Instant | undefined;
}

const DEFAULT_DURATION_MINUTES = 24 * 60;

/**
 * The times of an event without comfort variables (domain.md 5.4, column "when absent"). The values of TIXStart and TIXExp, which go before
 * these, belong here too once comfort variables are read.
 */
export function toEventTimes(sources: EventTimeSources): EventTimes {
  const { startsAt, durationMinutes, validFrom, validTo } = sources;
  if (startsAt === undefined) return { start: validFrom, expiration: validTo };
  return { start: startsAt, expiration: addMinutes(startsAt, durationMinutes ?? DEFAULT_DURATION_MINUTES) };
}
