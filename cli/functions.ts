import type { PushFunction, ScheduleSubject } from '../client/system-client';
import { AVAILABLE_FUNCTIONS, type AvailableFunction } from '../core/schedule/written-schedule';
import type { ScheduleRow } from '../db/queries/operations/list-schedules';
import { CommandFailure } from './failure';
import { toFullName } from './find';

// The workflows of functions that come later are not registered at the workers: a start would wait for ever.

/** The function of a schedule where this version runs it. */
export function findFunction(schedule: ScheduleRow): AvailableFunction | undefined {
  return AVAILABLE_FUNCTIONS.find((stem) => stem === schedule.function);
}

/** Whether Temporal has to start this schedule by itself. */
export function isAutomatic(schedule: ScheduleRow): boolean {
  return schedule.launch === 'AUTOMATIC' && findFunction(schedule) !== undefined;
}

/** The schedule by its names, as the running system knows it. */
export function toSubject(schedule: ScheduleRow): ScheduleSubject {
  return { function: requireFunction(schedule), interface: schedule.interface, schedule: schedule.name };
}

/** The push of a schedule; `what` cannot be done with another function. */
export function toPush(schedule: ScheduleRow, what: string): PushFunction {
  const stem = requireFunction(schedule);
  if (stem !== 'retrieve-status') return stem;
  throw new CommandFailure(
    2,
    `${toFullName(schedule)} is a schedule of retrieve-status, which sends no tickets: ${what}`,
  );
}

function requireFunction(schedule: ScheduleRow): AvailableFunction {
  const stem = findFunction(schedule);
  if (stem !== undefined) return stem;
  const name = toFullName(schedule);
  const known = AVAILABLE_FUNCTIONS.join(' and ');
  throw new CommandFailure(1, `${name} is a schedule of ${schedule.function}: this version runs ${known} only`);
}
