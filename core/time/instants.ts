import { Temporal } from 'temporal-polyfill';
import { createMemory } from './memory';
import { writeInZone } from './zone-days';

/** A point in time, without a zone. */
export type Instant = Temporal.Instant;

// Date, time to the minute at least, and `Z` or an offset: what RFC 3339 and Postgres write. Temporal itself would take more (annotations, basic form).
const INSTANT = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}(?::?\d{2})?)$/;
// What `Date.toISOString` writes, hours and minutes within their bounds.
const UTC = /^\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{3})?Z$/;
const LOCAL = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::[0-5]\d)?$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

const EPOCH = Temporal.Instant.fromEpochMilliseconds(0);
const parsed = createMemory<Instant | undefined>(1000);
const formatted = createMemory<string>(1000);
const zones = createMemory<boolean>(1000);

/** Reads an ISO 8601 time with `Z` or an offset; undefined when it is none or names no real time. */
export function parseInstant(text: string): Instant | undefined {
  // Ten times faster than Temporal, and the form in which every ticket comes with a time of its own.
  if (UTC.test(text) && isDate(text.slice(0, 10))) return Temporal.Instant.fromEpochMilliseconds(Date.parse(text));
  return parsed(text, () => (INSTANT.test(text) ? orUndefined(() => Temporal.Instant.from(text)) : undefined));
}

/**
 * Reads an ISO 8601 time without an offset as the wall clock of `timeZone`; undefined when it is none, or the zone is unknown. A time in
 * a daylight-saving gap moves forward by the gap; one that occurs twice is the earlier (domain.md 5.4).
 */
export function parseLocalTime(text: string, timeZone: string): Instant | undefined {
  if (!LOCAL.test(text)) return undefined;
  // `compatible` is exactly the rule of domain.md 5.4.
  return orUndefined(() =>
    Temporal.PlainDateTime.from(text, { overflow: 'reject' })
      .toZonedDateTime(timeZone, { disambiguation: 'compatible' })
      .toInstant(),
  );
}

/** Whether `text` is written as a time without an offset. */
export function isLocalTime(text: string): boolean {
  return LOCAL.test(text);
}

/** Reads a time that an operator wrote: with an offset as it is, without one on the wall clock of `timeZone`; undefined when it is neither. */
export function readTime(text: string, timeZone: string): Instant | undefined {
  return parseInstant(text) ?? parseLocalTime(text, timeZone);
}

/** Whether `left` comes before `right`. */
export function isBefore(left: Instant, right: Instant): boolean {
  return Temporal.Instant.compare(left, right) < 0;
}

/** Writes an instant as RFC 3339 with the offset of `timeZone` (an IANA name that `isTimeZone` accepts), to the second: `2026-06-14T21:00:00+02:00`. */
export function formatInstant(instant: Instant, timeZone: string): string {
  const written = writeInZone(instant.epochMilliseconds, timeZone);
  if (written !== undefined) return written;
  return formatted(`${String(instant.epochMilliseconds)} ${timeZone}`, () => {
    const zoned = instant.toZonedDateTimeISO(timeZone);
    // RFC 3339 offsets have no seconds, local mean times of the 19th century do: those are written in UTC rather than rounded.
    if (zoned.offsetNanoseconds % 60_000_000_000 !== 0) return instant.toString({ smallestUnit: 'second' });
    return zoned.toString({ smallestUnit: 'second', timeZoneName: 'never' });
  });
}

/** The instant a whole number of minutes after `instant`. */
export function addMinutes(instant: Instant, minutes: number): Instant {
  return instant.add({ minutes });
}

/** Whether `name` is a time zone that this system knows by its IANA name (or `UTC`); offsets such as `+02:00` are none. */
export function isTimeZone(name: string): boolean {
  const isKnown = (): boolean => orUndefined(() => EPOCH.toZonedDateTimeISO(name)) !== undefined;
  return zones(name, () => /^[A-Za-z]/.test(name) && isKnown());
}

/** Whether `text` is a real calendar day written yyyy-MM-dd. */
export function isDate(text: string): boolean {
  if (!DAY.test(text)) return false;
  const day = Number(text.slice(8));
  return day >= 1 && day <= daysOf(Number(text.slice(5, 7)), Number(text.slice(0, 4)));
}

function daysOf(month: number, year: number): number {
  if (month < 1 || month > 12) return 0;
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Temporal tells "not a time" by a RangeError; every other error is a bug and goes on. */
function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
