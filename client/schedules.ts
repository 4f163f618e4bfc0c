import { createHash } from 'node:crypto';
import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type ScheduleDescription,
  type ScheduleOptions,
  type ScheduleSpec,
} from '@temporalio/client';
import type { SyncFunction } from '../core/schedule/written-schedule';
import { workflowTypes, type PushInput } from '../workflows/contract';
import { retrieveTypes, type RetrieveInput } from '../workflows/retrieve-contract';
import { ask, type OpenConnection } from './connect';
import { runTimeout, toWorkflowIdPrefix, type ScheduleSubject } from './runs';
import { toSearchAttributes, toStaticSummary, type RunSubject } from './search-attributes';

/** When an AUTOMATIC schedule starts: an interval or a cron expression of five fields, between two moments where they are given. */
export type ScheduleTiming = (
  { readonly kind: 'every'; readonly everySeconds: number } | { readonly kind: 'cron'; readonly cron: string }
) & { readonly startAt?: Date; readonly endAt?: Date };

/** An AUTOMATIC schedule as the configuration has it. */
export interface ScheduleDefinition {
  readonly function: SyncFunction;
  readonly interface: string;
  readonly schedule: string;
  readonly organization: string;
  readonly timing: ScheduleTiming;
  /** IANA name: cron expressions are read in the organization's zone (domain.md 5.1). */
  readonly timeZone: string;
  /** true: a start that falls into a run is left out; false: it follows right after the run (domain.md 4). */
  readonly stickToTheHour: boolean;
}

/** A schedule as Temporal has it. */
export interface ScheduleState {
  readonly scheduleId: string;
  /** Whether Temporal's schedule was made from exactly this definition. */
  readonly definition: string | undefined;
  readonly paused: boolean;
  readonly note?: string;
  readonly nextStarts: readonly Date[];
  readonly createdAt: Date;
}

/** Seconds after the mark, so that five functions do not start on the same second (architecture.md "Schedules"). */
const offsetSeconds: Readonly<Record<SyncFunction, number>> = {
  'inject-tickets': 0,
  'push-cancelled': 10,
  'push-controlled': 20,
  'retrieve-status': 30,
  'inject-privileges': 40,
};

/** Starts missed while Temporal was away for longer are not made up for; Temporal's own default is a year. */
const CATCHUP_WINDOW = '2 minutes';
/** Intervals shorter than this get neither offset nor jitter: both would be a large part of them. */
const SHORT_INTERVAL_SECONDS = 60;
const JITTER = '2 seconds';

/** The state of a schedule, or undefined when Temporal has none of that id. */
export async function describeSchedule(
  open: OpenConnection,
  subject: ScheduleSubject,
): Promise<ScheduleState | undefined> {
  const scheduleId = toWorkflowIdPrefix(subject);
  try {
    return toState(await ask(open, () => open.client.schedule.getHandle(scheduleId).describe()));
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined;
    throw error;
  }
}

/** Creates the schedule, or updates it and keeps what operators paused. */
export async function putSchedule(open: OpenConnection, definition: ScheduleDefinition): Promise<void> {
  const options = toScheduleOptions(open, definition);
  try {
    await ask(open, () => open.client.schedule.create(options));
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const { scheduleId, ...changes } = options;
    const handle = open.client.schedule.getHandle(scheduleId);
    // `update` replaces everything: without the former state it would start again what an operator paused.
    await ask(open, () => handle.update((previous) => ({ ...changes, state: previous.state })));
  }
}

/** Takes the schedule out of Temporal; running workflows go on. Absent already: nothing to do. */
export async function removeSchedule(open: OpenConnection, subject: ScheduleSubject): Promise<void> {
  try {
    await ask(open, () => open.client.schedule.getHandle(toWorkflowIdPrefix(subject)).delete());
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}

/** Stops or resumes the starts of a schedule; false when Temporal has none of that id. */
export async function setSchedulePaused(
  open: OpenConnection,
  subject: ScheduleSubject,
  change: { readonly paused: boolean; readonly note: string },
): Promise<boolean> {
  const handle = open.client.schedule.getHandle(toWorkflowIdPrefix(subject));
  try {
    await ask(open, () => (change.paused ? handle.pause(change.note) : handle.unpause(change.note)));
    return true;
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return false;
    throw error;
  }
}

/** A hash of all that a schedule is made of: equal hashes need no update. */
export function toDefinitionHash(open: OpenConnection, definition: ScheduleDefinition): string {
  const { action, spec, policies } = buildOptions(open, definition);
  return createHash('sha256').update(JSON.stringify({ action, spec, policies })).digest('hex').slice(0, 16);
}

function toScheduleOptions(open: OpenConnection, definition: ScheduleDefinition) {
  const options = buildOptions(open, definition);
  const action = { ...options.action, memo: { definition: toDefinitionHash(open, definition) } };
  return { ...options, action } satisfies ScheduleOptions;
}

function buildOptions(open: OpenConnection, definition: ScheduleDefinition) {
  const subject: RunSubject = { ...definition, trigger: 'SCHEDULE' };
  const input: PushInput & RetrieveInput = {
    schedule: `${definition.interface}/${definition.schedule}`,
    trigger: 'SCHEDULE',
  };
  const workflowId = toWorkflowIdPrefix(definition);
  return {
    scheduleId: workflowId,
    spec: toSpec(definition),
    policies: {
      overlap: definition.stickToTheHour ? ScheduleOverlapPolicy.SKIP : ScheduleOverlapPolicy.BUFFER_ONE,
      catchupWindow: CATCHUP_WINDOW,
    },
    typedSearchAttributes: toSearchAttributes(subject),
    action: {
      type: 'startWorkflow',
      workflowType: toWorkflowType(definition.function),
      workflowId,
      taskQueue: open.settings.taskQueue,
      args: [input],
      workflowRunTimeout: runTimeout,
      staticSummary: toStaticSummary(subject),
      typedSearchAttributes: toSearchAttributes(subject),
    },
  } satisfies ScheduleOptions;
}

/** A schedule names its workflows by the time, so what reads an account back under one fixed id is started by a tick (architecture.md). */
function toWorkflowType(stem: SyncFunction): string {
  return stem === 'retrieve-status' ? retrieveTypes.tick : workflowTypes[stem];
}

function toSpec({ function: stem, timing, timeZone }: ScheduleDefinition): ScheduleSpec {
  const bounds = {
    ...(timing.startAt !== undefined && { startAt: timing.startAt }),
    ...(timing.endAt !== undefined && { endAt: timing.endAt }),
    timezone: timeZone,
  };
  if (timing.kind === 'cron') return { ...bounds, cronExpressions: [timing.cron], jitter: JITTER };
  const every = timing.everySeconds;
  if (every < SHORT_INTERVAL_SECONDS) return { ...bounds, intervals: [{ every: every * 1000 }] };
  const interval = { every: every * 1000, offset: offsetSeconds[stem] * 1000 };
  return { ...bounds, intervals: [interval], jitter: JITTER };
}

function toState(description: ScheduleDescription): ScheduleState {
  const { action, state, info, scheduleId } = description;
  const definition = action.memo?.definition;
  return {
    scheduleId,
    definition: typeof definition === 'string' ? definition : undefined,
    paused: state.paused,
    ...(state.note !== undefined && state.note !== '' && { note: state.note }),
    nextStarts: info.nextActionTimes,
    createdAt: info.createdAt,
  };
}
