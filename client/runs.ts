import { WorkflowExecutionAlreadyStartedError, WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { ActivityFailure } from '@temporalio/common';
import {
  messageNames,
  workflowTypes,
  type ExecutionReport,
  type PushFunction,
  type PushInput,
  type PushProgress,
} from '../workflows/contract';
import type { SyncFunction } from '../core/schedule/written-schedule';
import {
  retrieveTypes,
  toRetrieveId,
  type RetrieveCounts,
  type RetrieveInput,
  type TickReport,
} from '../workflows/retrieve-contract';
import { ask, type OpenConnection } from './connect';
import { RunAlreadyOpen, RunNotOpen } from './errors';
import { toSearchAttributes, toStaticSummary, type RunSubject } from './search-attributes';

/** A started run; its execution number exists once the first slice is planned. */
export interface StartedRun {
  readonly workflowId: string;
  readonly firstRunId: string;
}

/** A schedule by its names. */
export interface ScheduleSubject {
  readonly function: SyncFunction;
  readonly interface: string;
  readonly schedule: string;
}

/** The schedule that a push is started for, by its names. */
export interface PushSubject extends RunSubject {
  readonly function: PushFunction;
  readonly schedule: string;
}

/** The schedule that an account is read for, and the account. */
export interface RetrieveSubject extends RunSubject {
  readonly function: 'retrieve-status';
  readonly organizer: string;
}

/** A run that Temporal lists as running. */
export interface RunningRun {
  readonly workflowId: string;
  readonly startedAt: Date;
}

/** How a run stands in Temporal. `unknown`: Temporal has no run of that workflow id (any more). */
export interface RunDescription {
  readonly state: 'open' | 'closed' | 'unknown';
  readonly firstRunId?: string;
}

/** How a run ended: its report, or what it failed with. */
export type RunEnd =
  | {
      readonly completed: true;
      readonly report: ExecutionReport | undefined;
      /** In its place, of retrieve-status: of a tick it may name a run that another one started (SKIPPED). */
      readonly retrieved: TickReport | undefined;
    }
  | { readonly completed: false; readonly message: string };

/** No push lasts longer; Temporal ends one that does (architecture.md "Schedules": a run time-out, no execution time-out, no retry). */
export const runTimeout = '24 hours';

/** What the ids of all runs of a schedule begin with. */
export function toWorkflowIdPrefix(subject: ScheduleSubject): string {
  return `${subject.function}/${subject.interface}/${subject.schedule}`;
}

/** Starts the workflow itself, under an id of the form that Temporal's schedule uses. Throws RunAlreadyOpen. */
export async function startPush(
  open: OpenConnection,
  subject: PushSubject,
  options: { readonly input: PushInput; readonly at: Date },
): Promise<StartedRun> {
  const workflowId = `${toWorkflowIdPrefix(subject)}-${options.at.toISOString().replace(/\.000Z$/, 'Z')}`;
  try {
    const handle = await ask(open, () =>
      open.client.workflow.start(workflowTypes[subject.function], {
        workflowId,
        taskQueue: open.settings.taskQueue,
        args: [options.input],
        workflowRunTimeout: runTimeout,
        staticSummary: toStaticSummary(subject),
        typedSearchAttributes: toSearchAttributes(subject),
      }),
    );
    return { workflowId, firstRunId: handle.firstExecutionRunId };
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) throw new RunAlreadyOpen(workflowId);
    throw error;
  }
}

/**
 * Starts the one run of an account, under its fixed id: a tick between would only wait for it. Throws RunAlreadyOpen, whoever started the run
 * that is open.
 */
export async function startRetrieve(
  open: OpenConnection,
  subject: RetrieveSubject,
  input: RetrieveInput,
): Promise<StartedRun> {
  const workflowId = toRetrieveId(subject.organizer);
  try {
    const handle = await ask(open, () =>
      open.client.workflow.start(retrieveTypes.run, {
        workflowId,
        taskQueue: open.settings.taskQueue,
        args: [input],
        workflowRunTimeout: runTimeout,
        staticSummary: toStaticSummary(subject),
        typedSearchAttributes: toSearchAttributes(subject),
      }),
    );
    return { workflowId, firstRunId: handle.firstExecutionRunId };
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) throw new RunAlreadyOpen(workflowId);
    throw error;
  }
}

/** Workflow ids of the schedule's open runs, newest first. Temporal's list lags its truth by moments. */
export async function listOpenRuns(open: OpenConnection, subject: ScheduleSubject): Promise<readonly string[]> {
  const prefix = toWorkflowIdPrefix(subject);
  const ids: string[] = [];
  await ask(open, async () => {
    const query = `WorkflowId STARTS_WITH '${prefix}-' AND ExecutionStatus = 'Running'`;
    for await (const run of open.client.workflow.list({ query })) {
      // `inject-league-` also begins the ids of a schedule named inject-league-2: only a time may follow.
      if (/^-\d{4}-\d\d-\d\dT/.test(run.workflowId.slice(prefix.length))) ids.push(run.workflowId);
    }
  });
  return ids;
}

/** Runs that Temporal lists as running, with the moment of their start; one that continued as new is listed once. Ticks are none: they only wait for the run of their account. */
export async function listRunning(open: OpenConnection): Promise<readonly RunningRun[]> {
  const types = [...Object.values(workflowTypes), retrieveTypes.run].map((type) => `'${type}'`);
  const found: RunningRun[] = [];
  await ask(open, async () => {
    const query = `WorkflowType IN (${types.join(', ')}) AND ExecutionStatus = 'Running'`;
    for await (const { workflowId, startTime } of open.client.workflow.list({ query })) {
      found.push({ workflowId, startedAt: startTime });
    }
  });
  return found;
}

/** Asks by workflow id without run id, so that a reset or continued run is found too (architecture.md "Ending"). */
export async function describeRun(open: OpenConnection, workflowId: string): Promise<RunDescription> {
  try {
    const { status, raw } = await ask(open, () => open.client.workflow.getHandle(workflowId).describe());
    const firstRunId = raw.workflowExecutionInfo?.firstRunId;
    const isOpen = status.name === 'RUNNING' || status.name === 'PAUSED' || status.name === 'CONTINUED_AS_NEW';
    const known = firstRunId === undefined || firstRunId === null || firstRunId === '' ? {} : { firstRunId };
    return { state: isOpen ? 'open' : 'closed', ...known };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { state: 'unknown' };
    throw error;
  }
}

/**
 * Sends pause, resume or stop to this run. Throws RunNotOpen, also when its id belongs to another run by now: all read-backs of an account have one.
 */
export async function signalRun(
  open: OpenConnection,
  { workflowId, firstRunId }: StartedRun,
  signal: 'pause' | 'resume' | 'stop',
): Promise<void> {
  const found = await describeRun(open, workflowId);
  if (found.state !== 'open' || (found.firstRunId !== undefined && found.firstRunId !== firstRunId)) {
    throw new RunNotOpen(workflowId);
  }
  try {
    await ask(open, () => open.client.workflow.getHandle(workflowId).signal(messageNames[signal]));
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw new RunNotOpen(workflowId);
    throw error;
  }
}

/** What the run has done so far, asked at its worker. */
export async function queryProgress(open: OpenConnection, workflowId: string): Promise<PushProgress | RetrieveCounts> {
  return await ask(open, () =>
    open.client.workflow.getHandle(workflowId).query<PushProgress | RetrieveCounts>(messageNames.progress),
  );
}

/** Waits until the run is closed, over continue-as-new. */
export async function waitForRun(open: OpenConnection, run: StartedRun): Promise<RunEnd> {
  const handle = open.client.workflow.getHandle(run.workflowId, undefined, { firstExecutionRunId: run.firstRunId });
  try {
    const report: unknown = await ask(open, () => handle.result());
    return {
      completed: true,
      report: isReport(report) ? report : undefined,
      retrieved: isRetrieveReport(report) ? report : undefined,
    };
  } catch (error) {
    if (error instanceof WorkflowFailedError) return { completed: false, message: toFailureMessage(error) };
    throw error;
  }
}

/** The innermost message: a failed activity is wrapped. */
export function toFailureMessage(error: WorkflowFailedError): string {
  const { cause } = error;
  if (cause instanceof ActivityFailure && cause.cause !== undefined) return cause.cause.message;
  return cause?.message ?? error.message;
}

function isReport(value: unknown): value is ExecutionReport {
  return typeof value === 'object' && value !== null && 'execution' in value && 'planned' in value;
}

function isRetrieveReport(value: unknown): value is TickReport {
  return typeof value === 'object' && value !== null && 'outcome' in value && 'records' in value;
}
