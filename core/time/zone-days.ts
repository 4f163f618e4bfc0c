import { Temporal } from 'temporal-polyfill';
import { createMemory } from './memory';

const DAY_MS = 24 * 60 * 60_000;
const MINUTE_MS = 60_000;
/** Before 1973 some zones had offsets with seconds; four digits hold no year after 9999, and one day is kept from that end for the offset. */
const [FIRST_MS, LAST_MS] = [Date.UTC(1973, 0), Date.UTC(9999, 11, 30)];

/** The one offset that a zone has on a UTC day. */
interface Offset {
  readonly ms: number;
  /** As RFC 3339 writes it: `+02:00`. */
  readonly text: string;
}

const offsets = createMemory<Offset | undefined>(5000);

/**
 * Writes a time of the years 1973 to 9999 as RFC 3339 in a zone that exists, to the second; undefined on days when the zone changes its
 * offset, and outside these years. Most tickets were sold at a time of their own: to ask for the offset once a day and not once a
 * ticket saves nine tenths of what a time costs.
 */
export function writeInZone(epochMs: number, timeZone: string): string | undefined {
  if (epochMs < FIRST_MS || epochMs >= LAST_MS) return undefined;
  const day = Math.floor(epochMs / DAY_MS);
  const offset = offsets(`${String(day)} ${timeZone}`, () => findOffset(day, timeZone));
  return offset && new Date(epochMs + offset.ms).toISOString().slice(0, 19) + offset.text;
}

/** Alike at both ends, alike between: no zone has changed its offset twice within six days since 1973 (tz database). */
function findOffset(day: number, timeZone: string): Offset | undefined {
  const ms = offsetMsAt(day * DAY_MS, timeZone);
  const steady = ms === offsetMsAt((day + 1) * DAY_MS, timeZone) && ms % MINUTE_MS === 0;
  return steady ? { ms, text: toText(ms / MINUTE_MS) } : undefined;
}

function offsetMsAt(epochMs: number, timeZone: string): number {
  return Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(timeZone).offsetNanoseconds / 1_000_000;
}

function toText(offsetMinutes: number): string {
  const minutes = Math.abs(offsetMinutes);
  const pad = (value: number) => String(value).padStart(2, '0');
  return `${offsetMinutes < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}
