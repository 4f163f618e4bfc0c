import {
  ActivityFailure,
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  log,
  TimeoutFailure,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { describeOutage } from '../core/retrieve-status/report';
import { listenToOperators } from './operators';
import { pagesActivities, retrieveActivities } from './retrieve-activities';
import {
  type OpenedRetrieve,
  outageTypes,
  type RetrieveCarry,
  type RetrieveInput,
  type RetrieveReport,
} from './retrieve-contract';
import { parseRetrieveInput } from './retrieve-input';
import { RetrieveState } from './retrieve-state';
import { type Closed, type Ended, endWithReport, rootOf, toClosed, toEnded } from './run-end';
import { searchAttributesOf } from './search';

/**
 * Reads one TIXNGO account back, domain.md 8: opens, applies pages until there are no more, closes. It runs under the fixed id of its account
 * only (`toRetrieveId`), which Temporal gives to one workflow at a time. `carry` is set by continue-as-new only.
 */
export async function retrieveStatus(rawInput: RetrieveInput, carry?: RetrieveCarry): Promise<RetrieveReport> {
  const input = parseRetrieveInput(rawInput);
  const state = new RetrieveState(carry);
  listenToOperators(state, {
    pause: 'Hold this run after the page that is being written, or the one after it; resume lets it go on',
    stop: 'Finish the page that is being written and close the run: the next one goes on where it stood',
    progress: 'Records read so far and what became of them',
  });
  return await endWithReport(() => runCourse(input, state), {
    refused: (report) => report.putAside,
    finish: (report) => {
      state.finish(report);
    },
  });
}

async function runCourse(input: RetrieveInput, state: RetrieveState): Promise<Closed<RetrieveReport>> {
  const opened = state.opened ?? (await open(input, state));
  if (opened.report !== undefined) return { report: opened.report };
  const ended = await readPages(opened, state);
  if (ended.cause === 'continue') {
    await condition(allHandlersFinished);
    return await continueAsNew(input, state.toCarry(opened));
  }
  return toClosed(await close(opened, state, { ...ended, cause: ended.cause }), ended);
}

async function open(input: RetrieveInput, state: RetrieveState): Promise<OpenedRetrieve> {
  const { firstExecutionRunId: firstRunId } = workflowInfo();
  const opened = await retrieveActivities.openRetrieve.executeWithOptions({ summary: 'open' }, [{ input, firstRunId }]);
  state.opened = opened;
  upsertSearchAttributes(searchAttributesOf.run({ ...opened, name: 'retrieve-status', input }));
  state.show();
  return opened;
}

/** Until there are no more pages, an operator stops it, it cannot go on, or the history is long. */
async function readPages(opened: OpenedRetrieve, state: RetrieveState): Promise<Ended> {
  const { firstExecutionRunId: firstRunId } = workflowInfo();
  const { retrievePages } = pagesActivities(opened.maxOutageMinutes);
  for (;;) {
    try {
      await condition(() => state.stopping || !state.paused);
      if (state.stopping) return { cause: 'operator' };
      if (workflowInfo().continueAsNewSuggested) return { cause: 'continue' };
      const { progress, withoutProgress } = state;
      const summary = `pages after ${progress.pages.toString()}`;
      const pages = { execution: opened.execution, firstRunId, knownPages: progress.pages, withoutProgress };
      const result = await unlessStopped(state, () => retrievePages.executeWithOptions({ summary }, [pages]));
      state.take(result);
      // What an activity found out is on record: the close reads it there.
      if (result.stopped === 'done' || result.stopped === 'ending') return { cause: 'done' };
    } catch (error) {
      if (state.stopping && isCancellation(error)) return { cause: 'operator' };
      if (isOutage(error))
        return { cause: 'outage', reason: describeOutage(opened.maxOutageMinutes, lastAnswer(error)) };
      // No worker was there, or no database: nothing is known of TIXNGO, and another hour may be better.
      if (isOutOfTime(error)) continue;
      const ended = toEnded(error);
      if (ended.cause === 'failed') log.error('A reading back stops because a part of it failed', { ...ids(opened) });
      return ended;
    }
  }
}

/** A stop need not wait for the next attempt of an activity: one at work ends its page, one that waits for its turn ends at once. */
async function unlessStopped<Result>(state: RetrieveState, work: () => Promise<Result>): Promise<Result> {
  const scope = new CancellationScope();
  try {
    return await scope.run(async () => {
      const working = work();
      await Promise.race([working, condition(() => state.stopping)]);
      if (state.stopping) scope.cancel();
      return await working;
    });
  } finally {
    // Nothing waits for the signal any more.
    scope.cancel();
  }
}

function ids({ execution, organizer }: OpenedRetrieve) {
  return { execution, organizer };
}

/** The time for attempts is over, and the last one met no valid answer: by its failure, or by its heartbeats when it was at work. */
function isOutage(error: unknown): boolean {
  if (!isOutOfTime(error)) return false;
  const root = rootOf(error);
  const told = root instanceof TimeoutFailure ? root.lastHeartbeatDetails : undefined;
  return outageTypes.some((type) => type === told || (root instanceof ApplicationFailure && type === root.type));
}

/** What the last attempt that ended says of TIXNGO's answer: no personal data (tixngo/errors.ts). */
function lastAnswer(error: unknown): string | undefined {
  const root = rootOf(error);
  return root instanceof ApplicationFailure ? root.message : undefined;
}

/** Temporal tells it by a time-out, or, when the pause before the next attempt would be too long, by the last failure. */
function isOutOfTime(error: unknown): boolean {
  if (!(error instanceof ActivityFailure)) return false;
  return error.retryState === 'TIMEOUT' || error.cause instanceof TimeoutFailure;
}

async function close(
  opened: OpenedRetrieve,
  state: RetrieveState,
  ended: Ended & { readonly cause: RetrieveReport['ending'] },
): Promise<RetrieveReport> {
  const { firstExecutionRunId: firstRunId } = workflowInfo();
  const { execution } = opened;
  return await CancellationScope.nonCancellable(() =>
    retrieveActivities.closeRetrieve.executeWithOptions({ summary: `close execution ${execution.toString()}` }, [
      {
        execution,
        firstRunId,
        knownPages: state.progress.pages,
        ending: ended.cause,
        ...(ended.reason === undefined ? {} : { reason: ended.reason }),
      },
    ]),
  );
}
