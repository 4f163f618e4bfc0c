import { findNearest } from '../core/nearest';
import { findExecution, type ExecutionRow } from '../db/queries/operations/find-execution';
import { listNearExecutions, type NearExecution } from '../db/queries/operations/list-near-executions';
import { listOrganizers } from '../db/queries/operations/list-organizers';
import { listSchedules, type ScheduleRow } from '../db/queries/operations/list-schedules';
import { notFound, wrongUsage, type CommandFailure } from './failure';
import type { Session } from './session';

/** The schedule of a name: `interface/schedule`, or the bare schedule name where it is unique. Else a failure that says what is near. */
export async function findSchedule(session: Session, name: string): Promise<ScheduleRow> {
  const schedules = await listSchedules(await session.database());
  const fitting = schedules.filter((schedule) => toFullName(schedule) === name || schedule.name === name);
  const [found, ...others] = fitting;
  if (found !== undefined && others.length === 0) return found;
  const exact = fitting.find((schedule) => toFullName(schedule) === name);
  if (exact !== undefined) return exact;
  if (found !== undefined) {
    throw notFound(`The name ${name} fits several schedules: say which`, fitting.map(toFullName));
  }
  throw notFound(`There is no schedule ${name}`, listNear(name, schedules));
}

/** `interface/schedule`. */
export function toFullName(schedule: { readonly interface: string; readonly name: string }): string {
  return `${schedule.interface}/${schedule.name}`;
}

/** Refuses an organizer (TIXNGO account) that there is none of, and says what is near. */
export async function requireOrganizer(session: Session, name: string | undefined): Promise<void> {
  if (name === undefined) return;
  const names = await listOrganizers(await session.database());
  if (!names.includes(name)) throw noOrganizer(name, names);
}

/** There is no such organizer; of those that there are, what is near. */
export function noOrganizer(name: string, names: readonly string[]): CommandFailure {
  return notFound(`There is no organizer (TIXNGO account) ${name}`, toNear(name, names));
}

/** The nearest name, else a short list of them. */
export function toNear(name: string, names: readonly string[]): readonly string[] {
  const nearest = findNearest(name, names);
  return nearest === undefined ? names.slice(0, 5) : [nearest];
}

/** The run of a number. Else a failure that says which numbers are near. */
export async function findRun(session: Session, text: string): Promise<ExecutionRow> {
  const run = parseRun(text);
  if (run === undefined) throw wrongUsage(`${text} is no run: its number is a whole one, as tixngo status shows it`);
  const database = await session.database();
  const execution = await findExecution(database, { run });
  if (execution !== undefined) return execution;
  const near = await listNearExecutions(database, run);
  throw notFound(`There is no run ${text}`, near.map(toNearRun));
}

/** A run beside one that does not exist: its number, and what it was. */
export function toNearRun({ run, schedule, outcome }: NearExecution): string {
  return `${String(run)} (${schedule}, ${outcome ?? 'open'})`;
}

/** A run's number, or undefined when the text is none. */
export function parseRun(text: string): number | undefined {
  const run = /^\d{1,15}$/.test(text) ? Number(text) : undefined;
  return run === 0 ? undefined : run;
}

/** The nearest names first, then the rest of a short list. */
export function listNear(name: string, schedules: readonly ScheduleRow[]): readonly string[] {
  const names = schedules.flatMap((schedule) => [toFullName(schedule), schedule.name]);
  const nearest = findNearest(name, names);
  const rest = schedules.map(toFullName).slice(0, 5);
  if (nearest === undefined) return rest;
  return [...new Set(schedules.filter((s) => toFullName(s) === nearest || s.name === nearest).map(toFullName))];
}
