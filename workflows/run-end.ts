import {
  ActivityFailure,
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  ChildWorkflowFailure,
  condition,
  isCancellation,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { Ending } from './contract';
import { searchAttributesOf } from './search';

interface EndReport {
  readonly outcome: string;
  readonly ending: Ending;
  readonly message: string;
}

/** Why a run stops working, before it is closed. `continue`: its history is long. */
export interface Ended {
  readonly cause: Ending | 'continue';
  readonly reason?: string;
  /** The cancellation or failure that ended it. */
  readonly error?: Error;
}

/** How a run was closed. */
export interface Closed<Report> {
  readonly report: Report;
  /** What the run fails with instead of its report. */
  readonly error?: Error;
}

/** Ends a run as its course did: its report, or a failure with words for an operator; shown in the Temporal UI before. */
export async function endWithReport<Report extends EndReport>(
  course: () => Promise<Closed<Report>>,
  shown: { readonly refused: (report: Report) => number; readonly finish: (report: Report) => void },
): Promise<Report> {
  try {
    const { report, error } = await course();
    upsertSearchAttributes(searchAttributesOf.outcome({ outcome: report.outcome, refused: shown.refused(report) }));
    shown.finish(report);
    if (error !== undefined) throw error;
    if (report.outcome === 'ERROR') throw toRunFailure(report);
    return report;
  } catch (error) {
    throw showRoot(error);
  } finally {
    await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  }
}

/** A report that does not tell of the failure is one of an earlier close: after a reset the run must not look as if it had worked. */
export function toClosed<Report extends EndReport>(report: Report, { error, cause }: Ended): Closed<Report> {
  const isTold = cause === 'failed' && report.ending === 'failed';
  return error === undefined || isTold ? { report } : { report, error };
}

/** What a failure in the course of a run means for its end; anything that is no failure is a bug and goes on. */
export function toEnded(error: unknown): Ended & { readonly error: Error } {
  if (!(error instanceof Error)) throw error;
  if (isCancellation(error)) return { cause: 'operator', reason: 'the workflow was cancelled', error };
  return { cause: 'failed', reason: rootMessage(error), error };
}

function toRunFailure(report: { readonly message: string }): ApplicationFailure {
  return ApplicationFailure.create({ type: 'EXECUTION_ERROR', message: report.message, nonRetryable: true });
}

/** "Activity task failed" tells an operator nothing: the run fails with the words of the activity, or of the run that it waited for. */
export function showRoot(error: unknown): unknown {
  const isWrapped = error instanceof ActivityFailure || error instanceof ChildWorkflowFailure;
  if (!isWrapped || !(error.cause instanceof ApplicationFailure)) return error;
  const { type, message } = error.cause;
  return ApplicationFailure.create({
    message,
    nonRetryable: true,
    ...(type === null || type === undefined ? {} : { type }),
  });
}

/** The failure at the root. */
export function rootOf(error: unknown): unknown {
  let deepest = error;
  while (deepest instanceof Error && deepest.cause instanceof Error) deepest = deepest.cause;
  return deepest;
}

/** Its message: activities' messages hold no personal data (activities/failures.ts). */
function rootMessage(error: unknown): string {
  const root = rootOf(error);
  return root instanceof Error ? root.message : 'unknown failure';
}
