import { quote, type Problem } from '../problem';
import { isBefore, isLocalTime, readTime } from '../time/instants';
import { findCronMistake } from './cron';
import type { Timing } from './schedule';
import type { ScheduleParts } from './written-schedule';

// domain.md 5.1: 5 minutes when nothing is said.
const DEFAULT_EVERY = '5m';
const SHORTEST_SECONDS = 5;
const LONGEST_SECONDS = 31 * 86_400;
const SECONDS = new Map([
  ['s', 1],
  ['m', 60],
  ['h', 3600],
  ['d', 86_400],
]);

/** Reads when a schedule starts; no timing for a MANUAL one, where each of these fields is a mistake. Mistakes go into `problems`. */
export function readTiming(written: ScheduleParts, problems: Problem[]): Timing | undefined {
  const { every, cron, start, end } = written;
  if (written.launch === 'MANUAL') {
    for (const [field, value] of Object.entries({ every, cron, start, end })) {
      if (value !== undefined) problems.push({ field, found: quote(value), allowed: 'nothing, as launch is MANUAL' });
    }
    return undefined;
  }
  checkBounds(start, end, problems);
  const bounds = { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) };
  if (cron !== undefined) {
    if (every !== undefined) {
      problems.push({ field: 'every', found: `${quote(every)} beside cron`, allowed: 'one of the two' });
      // Whoever takes cron out would be told of the interval only then.
      readEvery(every, problems);
    }
    const mistake = findCronMistake(cron);
    if (mistake !== undefined) problems.push({ field: 'cron', ...mistake });
    return { kind: 'cron', cron: cron.trim().split(/\s+/).join(' '), ...bounds };
  }
  return { kind: 'every', everySeconds: readEvery(every ?? DEFAULT_EVERY, problems), ...bounds };
}

function readEvery(every: string, problems: Problem[]): number {
  const parts = /^(\d{1,7})([smhd])$/.exec(every);
  const seconds = Number(parts?.[1]) * (SECONDS.get(parts?.[2] ?? '') ?? NaN);
  if (!(seconds >= SHORTEST_SECONDS && seconds <= LONGEST_SECONDS)) {
    problems.push({
      field: 'every',
      found: quote(every),
      allowed: 'a number with s, m, h or d from 5s to 31d, such as 5m',
    });
  }
  return seconds;
}

function checkBounds(start: string | undefined, end: string | undefined, problems: Problem[]): void {
  for (const [field, value] of Object.entries({ start, end })) {
    if (value !== undefined && readTime(value, 'UTC') === undefined) {
      const allowed =
        'an ISO 8601 time, such as 2026-08-01T00:00 (in the zone of the organization) or 2026-08-01T00:00:00+02:00';
      problems.push({ field, found: quote(value), allowed });
    }
  }
  if (start === undefined || end === undefined) return;
  const [from, to] = [readTime(start, 'UTC'), readTime(end, 'UTC')];
  // A local time and one with an offset can be compared only where the organization's zone is known.
  if (from === undefined || to === undefined || isLocalTime(start) !== isLocalTime(end)) return;
  if (!isBefore(from, to))
    problems.push({ field: 'end', found: quote(end), allowed: `a time after start, ${quote(start)}` });
}
