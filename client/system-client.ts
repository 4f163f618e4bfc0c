import type { InterfaceTest, PushInput, PushProgress } from '../workflows/contract';
import type { RetrieveCounts, RetrieveInput } from '../workflows/retrieve-contract';
import { closeClient, connectClient, type ClientSettings } from './connect';
import {
  describeRun,
  listOpenRuns,
  listRunning,
  queryProgress,
  signalRun,
  startPush,
  startRetrieve,
  waitForRun,
  type PushSubject,
  type RetrieveSubject,
  type RunDescription,
  type RunEnd,
  type RunningRun,
  type ScheduleSubject,
  type StartedRun,
} from './runs';
import {
  describeSchedule,
  putSchedule,
  removeSchedule,
  setSchedulePaused,
  toDefinitionHash,
  type ScheduleDefinition,
  type ScheduleState,
} from './schedules';
import { listMissingSearchAttributes, readRetentionDays, setUpTemporal, type TemporalSetUp } from './set-up';
import { closeLostRuns, testInterface } from './worker-tasks';

// A command knows the running system by its client alone.
export type { InterfaceTest, PushFunction, PushInput, PushProgress } from '../workflows/contract';
export type { RetrieveCounts, RetrieveInput } from '../workflows/retrieve-contract';
export type { RetrieveSubject, ScheduleSubject } from './runs';

/** What a program may ask of the running system: start, schedule, signal, query. */
export interface SystemClient {
  readonly namespace: string;
  startPush(subject: PushSubject, options: { readonly input: PushInput; readonly at: Date }): Promise<StartedRun>;
  startRetrieve(subject: RetrieveSubject, input: RetrieveInput): Promise<StartedRun>;
  listOpenRuns(subject: ScheduleSubject): Promise<readonly string[]>;
  listRunning(): Promise<readonly RunningRun[]>;
  describe(workflowId: string): Promise<RunDescription>;
  signal(run: StartedRun, signal: 'pause' | 'resume' | 'stop'): Promise<void>;
  progress(workflowId: string): Promise<PushProgress | RetrieveCounts>;
  wait(run: StartedRun): Promise<RunEnd>;
  testInterface(name: string, worker: { readonly id: string; readonly at: Date }): Promise<InterfaceTest | undefined>;
  /** Has a worker close the executions whose workflow is gone: their numbers, or why it failed; undefined when no worker answers within `patienceMs`. */
  closeLostRuns(patienceMs: number): Promise<readonly number[] | string | undefined>;
  describeSchedule(subject: ScheduleSubject): Promise<ScheduleState | undefined>;
  /** Whether Temporal's schedule was made from this very definition. */
  isCurrent(state: ScheduleState | undefined, definition: ScheduleDefinition): boolean;
  putSchedule(definition: ScheduleDefinition): Promise<void>;
  removeSchedule(subject: ScheduleSubject): Promise<void>;
  setSchedulePaused(
    subject: ScheduleSubject,
    change: { readonly paused: boolean; readonly note: string },
  ): Promise<boolean>;
  setUp(): Promise<TemporalSetUp>;
  retentionDays(): Promise<number | undefined>;
  missingSearchAttributes(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Connects within 2 seconds or throws TemporalUnreachable. */
export async function openClient(settings: ClientSettings): Promise<SystemClient> {
  const open = await connectClient(settings);
  return {
    namespace: settings.namespace,
    startPush: (subject, options) => startPush(open, subject, options),
    startRetrieve: (subject, input) => startRetrieve(open, subject, input),
    listOpenRuns: (subject) => listOpenRuns(open, subject),
    listRunning: () => listRunning(open),
    describe: (workflowId) => describeRun(open, workflowId),
    signal: (run, signal) => signalRun(open, run, signal),
    progress: (workflowId) => queryProgress(open, workflowId),
    wait: (run) => waitForRun(open, run),
    testInterface: (name, worker) => testInterface(open, name, worker),
    closeLostRuns: (patienceMs) => closeLostRuns(open, patienceMs),
    describeSchedule: (subject) => describeSchedule(open, subject),
    isCurrent: (state, definition) => state?.definition === toDefinitionHash(open, definition),
    putSchedule: (definition) => putSchedule(open, definition),
    removeSchedule: (subject) => removeSchedule(open, subject),
    setSchedulePaused: (subject, change) => setSchedulePaused(open, subject, change),
    setUp: () => setUpTemporal(open),
    retentionDays: () => readRetentionDays(open),
    missingSearchAttributes: () => listMissingSearchAttributes(open),
    close: () => closeClient(open),
  };
}
