import { ApplicationFailure, WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';

/** How a run failed: type and message of the failure that the Temporal UI shows. */
export async function failureOf(run: WorkflowHandle): Promise<{ readonly type: string; readonly message: string }> {
  try {
    await run.result();
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const { cause } = error;
    const type = cause instanceof ApplicationFailure ? (cause.type ?? '') : (cause?.name ?? '');
    return { type, message: cause?.message ?? '' };
  }
  throw new Error('The run did not fail');
}
