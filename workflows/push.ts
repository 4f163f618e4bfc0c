import {
  ActivityFailure,
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  log,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { Ending, ExecutionReport, PlannedSlice, PushCarry, PushFunction, PushInput } from './contract';
import { activities } from './push-activities';
import { parsePushInput } from './push-input';
import { Lanes } from './push-lanes';
import { listenToOperators } from './push-operators';
import { searchAttributesOf } from './push-search';
import { PushState } from './push-state';

/**
 * The course of a push, once for all four functions: plan a slice, send it in lanes while the next one is planned, close. The workflow
 * orders and waits; it knows no ticket (architecture.md, "One execution of a push").
 */
export async function runPush(
  name: PushFunction,
  rawInput: unknown,
  carry: PushCarry | undefined,
): Promise<ExecutionReport> {
  const input = parsePushInput(rawInput);
  const state = new PushState(name, carry);
  listenToOperators(state);
  try {
    const { report, error } = await runCourse({ name, input, state });
    upsertSearchAttributes(searchAttributesOf.outcome(report));
    state.finish(report);
    if (error !== undefined) throw error;
    if (report.outcome === 'ERROR') throw failure(report);
    return report;
  } catch (error) {
    throw showRoot(error);
  } finally {
    await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  }
}

interface Course {
  readonly name: PushFunction;
  readonly input: PushInput;
  readonly state: PushState;
}

interface Closed {
  readonly report: ExecutionReport;
  /** What the run fails with instead of its report. */
  readonly error?: Error;
}

async function runCourse(course: Course): Promise<Closed> {
  const { state, input } = course;
  if (state.execution === undefined) {
    const first = await plan(course);
    upsertSearchAttributes(searchAttributesOf.run({ input, name: course.name, slice: first }));
    if (first.report !== undefined) return { report: first.report };
  }
  for (;;) {
    const ending = await send(course);
    if (ending.cause === 'continue') await carryOn(course);
    const closed = await close(course, ending);
    if (closed.report !== undefined) return toClosed(closed.report, ending);
    state.takeBack(closed.open, closed.settled);
  }
}

/** A report that does not tell of the failure is one of an earlier close: after a reset the run must not look as if it had worked. */
function toClosed(report: ExecutionReport, { error, cause }: Ended): Closed {
  const isTold = cause === 'failed' && report.ending === 'failed';
  return error === undefined || isTold ? { report } : { report, error };
}

async function plan({ name, input, state }: Course): Promise<PlannedSlice> {
  const { firstExecutionRunId: firstRunId } = workflowInfo();
  const slice = await activities.planSlice.executeWithOptions({ summary: `plan slice ${state.nextSlice.toString()}` }, [
    {
      function: name,
      input,
      firstRunId,
      slice: state.nextSlice,
      known: state.known,
      ...(state.execution === undefined ? {} : { execution: state.execution }),
    },
  ]);
  state.take(slice);
  return slice;
}

interface Ended {
  readonly cause: Ending | 'continue';
  readonly reason?: string;
  /** The cancellation or failure that ended it. */
  readonly error?: Error;
}

/** Sends until all slices are done, an operator stops it, a lane fails, or the history is long. No range is open afterwards. */
async function send(course: Course): Promise<Ended> {
  const { state, name } = course;
  const lanes = new Lanes(name, state);
  const scope = new CancellationScope();
  try {
    await scope.run(() => Promise.all([planAhead(course), ...lanes.run()]));
  } catch (error) {
    // One part failed or the run is cancelled: the other ranges stop after their call in flight, and only then the run is closed.
    scope.cancel();
    await CancellationScope.nonCancellable(() => lanes.settled());
    if (!(error instanceof Error)) throw error;
    if (isCancellation(error)) return { cause: 'operator', reason: 'the workflow was cancelled', error };
    log.error('A push stops because a part of it failed', { execution: state.execution });
    return { cause: 'failed', reason: rootMessage(error), error };
  }
  if (state.stopping) return { cause: 'operator' };
  return { cause: state.hasMore() ? 'continue' : 'done' };
}

/** Plans the next slice while the present one is being sent; never more than one slice ahead. */
async function planAhead(course: Course): Promise<void> {
  const { state } = course;
  while (!state.plannedAll) {
    await condition(() => state.isReadyForNextSlice() || state.isEnding() || state.isHistoryLong());
    if (state.isEnding() || state.isHistoryLong()) return;
    await plan(course);
  }
}

async function close({ name, state }: Course, ended: Ended) {
  const { firstExecutionRunId: firstRunId } = workflowInfo();
  const { execution } = state;
  if (execution === undefined) throw ApplicationFailure.nonRetryable('A run closes before it has an execution');
  return await CancellationScope.nonCancellable(() =>
    activities.closeExecution.executeWithOptions({ summary: `close execution ${execution.toString()}` }, [
      {
        function: name,
        execution,
        firstRunId,
        known: state.known,
        ending: ended.cause === 'continue' ? 'done' : ended.cause,
        ...(ended.reason === undefined ? {} : { reason: ended.reason }),
      },
    ]),
  );
}

async function carryOn({ input, state }: Course): Promise<never> {
  await condition(allHandlersFinished);
  return await continueAsNew(input, state.toCarry());
}

function failure(report: ExecutionReport): ApplicationFailure {
  return ApplicationFailure.create({ type: 'EXECUTION_ERROR', message: report.message, nonRetryable: true });
}

/** "Activity task failed" tells an operator nothing: the run fails with the words of the activity. */
function showRoot(error: unknown): unknown {
  if (!(error instanceof ActivityFailure) || !(error.cause instanceof ApplicationFailure)) return error;
  const { type, message } = error.cause;
  return ApplicationFailure.create({
    message,
    nonRetryable: true,
    ...(type === null || type === undefined ? {} : { type }),
  });
}

/** The message of the failure at the root: activities' messages hold no personal data (activities/failures.ts). */
function rootMessage(error: unknown): string {
  let deepest = error;
  while (deepest instanceof Error && deepest.cause instanceof Error) deepest = deepest.cause;
  return deepest instanceof Error ? deepest.message : 'unknown failure';
}
