import { formatInstant } from '../../core/time/instants';
import { Temporal } from 'temporal-polyfill';

/** Milliseconds since 1970 as ISO 8601 in the zone of the organization, with its offset: `2026-11-20T11:05:00+01:00`. */
export function toTime(epochMs: number, timeZone: string): string {
  return formatInstant(Temporal.Instant.fromEpochMilliseconds(Math.round(epochMs)), timeZone);
}

/** A length of time in its two largest units: `3 d 4 h`, `12 min`, `8 s`; `under 1 s` for anything shorter. */
export function toDuration(milliseconds: number): string {
  if (milliseconds < 1000) return 'under 1 s';
  const seconds = Math.round(milliseconds / 1000);
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  const shown = parts.slice(first, first + 2).filter(([count]) => count > 0);
  return shown.map(([count, unit]) => `${String(count)} ${unit}`).join(' ');
}

/** Reads `90s`, `15m`, `2h`, `1d` as milliseconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,6})(s|m|h|d)$/.exec(text) ?? [];
  const unitMs = unit === 's' ? 1_000 : unit === 'm' ? 60_000 : unit === 'h' ? 3_600_000 : 86_400_000;
  return count === undefined ? undefined : Number(count) * unitMs;
}
