import type { FoundSchedule } from '../db/queries/push/find-schedule';
import { fatal } from './failures';

/** The one schedule that a start names, out of those found; fails without retry when there is none, several, or one of another function. */
export function requireSchedule(
  wanted: { readonly name: string; readonly function: string },
  found: readonly FoundSchedule[],
): FoundSchedule {
  const [schedule, ...others] = found;
  if (schedule === undefined) {
    throw fatal(
      'UNKNOWN_SCHEDULE',
      `No schedule is called ${JSON.stringify(wanted.name)}. Right: { "schedule": "interface/schedule" }`,
    );
  }
  if (others.length > 0) {
    const names = found.map((one) => `${one.interface}/${one.schedule}`).join(', ');
    throw fatal(
      'AMBIGUOUS_SCHEDULE',
      `Several schedules are called ${JSON.stringify(wanted.name)}: ${names}. Name one of them in full`,
    );
  }
  if (schedule.function !== wanted.function) {
    throw fatal(
      'WRONG_FUNCTION',
      `${schedule.interface}/${schedule.schedule} is a schedule of ${schedule.function}, not of ${wanted.function}`,
    );
  }
  return schedule;
}
