import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createActivities } from '../../activities';
import type { PushDefinition } from '../../activities/push/definition';
import { findDefinition } from '../../activities/push/definitions';
import { cutIntoRanges } from '../../core/push/ranges';
import type {
  Activities,
  BatchRange,
  CloseExecutionInput,
  CloseExecutionResult,
  Ending,
  ExecutionReport,
  PlannedSlice,
  PlanSliceInput,
  PushBatchesResult,
  PushFunction,
  PushInput,
} from '../../workflows/contract';
import type { Engine, EngineWorker } from './engine-world';

/** One workflow run without a workflow: the same activities in the same order, retried as Temporal would. */
export interface EngineRun {
  readonly workflowId: string;
  readonly firstRunId: string;
  /** Number of the execution, once the first slice is planned. */
  execution(): number;
  plan(slice?: number): Promise<PlannedSlice>;
  /** One attempt of a range. */
  push(range: BatchRange, options?: PushOptions): Promise<PushBatchesResult>;
  close(ending?: Ending, reason?: string): Promise<CloseExecutionResult>;
  setState(state: 'paused' | 'running' | 'stopping'): Promise<void>;
  /** Everything, to the report. */
  toEnd(): Promise<ExecutionReport>;
}

export interface PushOptions {
  readonly worker?: EngineWorker;
  /** Receives a function that cancels the attempt. */
  readonly onStart?: (cancel: () => void) => void;
}

export interface RunOptions extends Partial<PushInput> {
  readonly function?: PushFunction;
  readonly definition?: PushDefinition;
  readonly workflowId?: string;
  readonly firstRunId?: string;
  /** The worker that each activity goes to where the call names none; the engine's own when absent. */
  readonly pickWorker?: () => EngineWorker;
  readonly warn?: Warn;
}

/** Receives what an activity warns of. */
type Warn = (message: string, facts?: object) => void;

const quiet = { log: none, trace: none, debug: none, info: none, warn: none, error: none };

function none(): void {
  return undefined;
}

export function openRun(engine: Engine, options: RunOptions = {}): EngineRun {
  const {
    function: name = 'inject-tickets',
    definition,
    workflowId = `run-${randomUUID()}`,
    firstRunId = randomUUID(),
    pickWorker = () => engine.worker,
    warn = none,
    ...rest
  } = options;
  const input: PushInput = { schedule: 'fcx/inject', ...rest };
  const find = (wanted: string) => (wanted === definition?.function ? definition : findDefinition(wanted));
  engine.runs.set(workflowId, { state: 'open', firstRunId });
  let execution: number | undefined;
  let slices = 0;

  const execute = <Input, Result>(
    act: (activities: Activities, input: Input) => Promise<Result>,
    input: Input,
    { worker = pickWorker(), onStart }: PushOptions = {},
  ): Promise<Result> => {
    const environment = new MockActivityEnvironment(
      { workflowExecution: { workflowId, runId: firstRunId }, namespace: engine.worker.namespace },
      { logger: { ...quiet, warn } },
    );
    onStart?.(() => {
      environment.cancel();
    });
    return environment.run(() => act(createActivities(worker, find), input));
  };
  const known = () => ({ slices, ranges: 0 });
  const number = () => {
    if (execution === undefined) throw new Error('This run is not planned yet');
    return execution;
  };

  const run: EngineRun = {
    workflowId,
    firstRunId,
    execution: number,
    plan: async (slice = slices + 1) => {
      const planning: PlanSliceInput = { function: name, input, firstRunId, slice, known: known() };
      const planned = await execute(
        (activities, given) => activities.planSlice(given),
        execution === undefined ? planning : { ...planning, execution },
      );
      ({ execution } = planned);
      slices = Math.max(slices, slice);
      return planned;
    },
    push: (range, pushOptions) => {
      const pushing = { function: name, execution: number(), firstRunId, known: known(), range };
      return execute((activities, given) => activities.pushBatches(given), pushing, pushOptions);
    },
    close: (ending = 'done', reason) => {
      const closing: CloseExecutionInput = { function: name, execution: number(), firstRunId, known: known(), ending };
      return execute(
        (activities, given) => activities.closeExecution(given),
        reason === undefined ? closing : { ...closing, reason },
      );
    },
    setState: (state) =>
      execute((activities, given) => activities.setExecutionState(given), { execution: number(), firstRunId, state }),
    toEnd: () => runToEnd(run),
  };
  return run;
}

/** Plans, sends and closes; the course of workflows/push.ts with one slice after the other. */
async function runToEnd(run: EngineRun): Promise<ExecutionReport> {
  let slice: PlannedSlice;
  let failed: unknown;
  do {
    slice = await retried(() => run.plan());
    if (slice.report !== undefined) return slice.report;
    const { firstBatch, batches, window } = slice;
    failed = await pushAll(run, cutIntoRanges(firstBatch, batches, window), window);
  } while (!slice.last && failed === undefined);
  for (;;) {
    const closed = await retried(() => (failed === undefined ? run.close() : run.close('failed', toReason(failed))));
    if (closed.report !== undefined) return closed.report;
    failed = await pushAll(run, closed.open, slice.window);
  }
}

/** Sends ranges in `window` lanes until all are done or one ends the run; returns what failed for good. */
export async function pushAll(run: EngineRun, ranges: readonly BatchRange[], window: number): Promise<unknown> {
  const queue = [...ranges];
  let ending = false;
  const lane = async () => {
    for (let range = queue.shift(); range !== undefined && !ending; range = queue.shift()) {
      const part = range;
      const result = await retried(() => run.push(part));
      if (result.stopped === 'ending') ending = true;
      else if (result.stopped !== 'finished') queue.push({ ...range, firstBatch: result.nextBatch });
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: window }, lane));
  const failed = lanes.find((one) => one.status === 'rejected');
  return failed?.reason;
}

/** Temporal's retry policy with short pauses: a failure that says so is final. */
export async function retried<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ApplicationFailure) || error.nonRetryable === true || attempt >= 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function toReason(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown';
}
