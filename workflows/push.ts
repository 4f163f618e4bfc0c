import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  log,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { ExecutionReport, PlannedSlice, PushCarry, PushFunction, PushInput } from './contract';
import { listenToOperators } from './operators';
import { activities } from './push-activities';
import { parsePushInput } from './push-input';
import { Lanes } from './push-lanes';
import { PushState } from './push-state';
import { type Closed, type Ended, endWithReport, toClosed, toEnded } from './run-end';
import { searchAttributesOf } from './search';

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
  listenToOperators(state, {
    pause: 'Hold this run after the calls in flight; resume lets it go on',
    stop: 'Finish the calls in flight and close the run: the rest is NOT_TRIED and taken by the next run',
    progress: 'Tickets planned so far and what became of those whose ranges are done',
  });
  return await endWithReport(() => runCourse({ name, input, state }), {
    refused: (report) => report.refused,
    finish: (report) => {
      state.finish(report);
    },
  });
}

interface Course {
  readonly name: PushFunction;
  readonly input: PushInput;
  readonly state: PushState;
}

async function runCourse(course: Course): Promise<Closed<ExecutionReport>> {
  const { state, input } = course;
  if (state.execution === undefined) {
    const first = await plan(course);
    upsertSearchAttributes(searchAttributesOf.run({ ...first, name: course.name, input }));
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

async function plan({ name, input, state }: Course): Promise<PlannedSlice> {
  const { firstExecutionRunId: firstRunId } = workflowInfo();
  state.planning = true;
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
    const ended = toEnded(error);
    if (ended.cause === 'failed') log.error('A push stops because a part of it failed', { execution: state.execution });
    return ended;
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
