import { z } from 'zod';
import type { ScheduleDefinition, ScheduleState } from '../../client/schedules';
import type { ScheduleSubject, SystemClient } from '../../client/system-client';
import { FUNCTIONS } from '../../core/schedule/written-schedule';
import { readTime } from '../../core/time/instants';
import type { ConfigFile } from './config-file';
import type { Change } from './diff';
import type { SavedConfiguration } from './saved';

/** What happens to one of Temporal's schedules. */
export interface TemporalChange {
  readonly change: 'create' | 'update' | 'remove';
  /** `interface/schedule`. */
  readonly schedule: string;
}

/** What Temporal has to be told, and which of its schedules operators paused. */
export interface TemporalPlan {
  readonly changes: readonly TemporalChange[];
  readonly puts: readonly ScheduleDefinition[];
  readonly removals: readonly ScheduleSubject[];
  readonly paused: readonly { readonly schedule: string; readonly note: string }[];
}

interface Known {
  readonly schedule: string;
  readonly subject: ScheduleSubject;
  /** Absent: Temporal must have none. */
  readonly definition?: ScheduleDefinition;
}

/** Compares Temporal's schedules with the file, whatever the database says: what a broken apply left behind is mended too. */
export async function planTemporalSchedules(
  client: SystemClient,
  file: ConfigFile,
  { saved, changes }: { readonly saved: SavedConfiguration; readonly changes: readonly Change[] },
): Promise<TemporalPlan> {
  const known = [...listWanted(file, saved), ...listArchived(changes, saved)];
  const states = await Promise.all(
    known.map(async (entry) => ({ ...entry, state: await client.describeSchedule(entry.subject) })),
  );
  const toPut = states.filter(
    ({ definition, state }) => definition !== undefined && !client.isCurrent(state, definition),
  );
  const toRemove = states.filter(({ definition, state }) => definition === undefined && state !== undefined);
  return {
    changes: [
      ...toPut.map(({ schedule, state }) => ({ schedule, change: toPutChange(state) })),
      ...toRemove.map(({ schedule }) => ({ schedule, change: 'remove' as const })),
    ],
    puts: toPut.flatMap(({ definition }) => definition ?? []),
    removals: toRemove.map(({ subject }) => subject),
    paused: states
      .filter(({ state, definition }) => state?.paused === true && definition !== undefined)
      .map(({ schedule, state }) => ({ schedule, note: state?.note ?? '' })),
  };
}

/** Creates, updates (keeping pauses) and removes. */
export async function writeTemporalSchedules(client: SystemClient, plan: TemporalPlan): Promise<void> {
  for (const definition of plan.puts) await client.putSchedule(definition);
  for (const subject of plan.removals) await client.removeSchedule(subject);
}

function toPutChange(state: ScheduleState | undefined): 'create' | 'update' {
  return state === undefined ? 'create' : 'update';
}

function listWanted(file: ConfigFile, saved: SavedConfiguration): readonly Known[] {
  return file.schedules.map((entry) => {
    const { organization, stickToTheHour } = findOwner(entry.interfaceName, file, saved);
    const subject = { function: entry.function, interface: entry.interfaceName, schedule: entry.name };
    const schedule = `${entry.interfaceName}/${entry.name}`;
    if (entry.timing === undefined) return { schedule, subject };
    const { timeZone } = organization;
    const { start, end, ...timing } = entry.timing;
    const definition: ScheduleDefinition = {
      ...subject,
      organization: organization.code,
      timeZone,
      stickToTheHour,
      timing: {
        ...timing,
        ...(start !== undefined && { startAt: toDate(start, timeZone) }),
        ...(end !== undefined && { endAt: toDate(end, timeZone) }),
      },
    };
    return { schedule, subject, definition };
  });
}

const savedParameters = z.object({ stickToTheHour: z.boolean() });

/** The interface of a schedule: of the file, or one that is saved already. */
function findOwner(name: string, file: ConfigFile, saved: SavedConfiguration) {
  const own = file.interfaces.find((entry) => entry.name === name);
  const before = saved.interfaces.find((row) => row.name === name);
  const code = (own ?? before)?.organization;
  const organization = saved.organizations.find((row) => row.code === code);
  if (organization === undefined) throw new Error('A schedule passed its checks without an interface');
  const { stickToTheHour } = own?.parameters ?? savedParameters.parse(before?.parameters);
  return { organization, stickToTheHour };
}

const stem = z.enum(FUNCTIONS);

function listArchived(changes: readonly Change[], saved: SavedConfiguration): readonly Known[] {
  const archived = new Set(
    changes.filter(({ kind, change }) => kind === 'schedule' && change === 'archive').map(({ name }) => name),
  );
  return saved.schedules.flatMap((row) => {
    const schedule = `${row.interface}/${row.name}`;
    const subject = { function: stem.parse(row.function), interface: row.interface, schedule: row.name };
    return archived.has(schedule) ? [{ schedule, subject }] : [];
  });
}

function toDate(time: string, timeZone: string): Date {
  const instant = readTime(time, timeZone);
  if (instant === undefined) throw new Error('A time of a schedule passed its checks and cannot be read');
  return new Date(instant.epochMilliseconds);
}
