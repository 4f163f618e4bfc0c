import { type Client, WorkflowIdConflictPolicy } from '@temporalio/client';
import { describeForLog } from '../activities/failures';
import type { Logger } from '../config/logger';
import { closeLostRun } from '../workflows/contract';

/** A worker that waits longer for it is ready all the same: whoever holds it up holds up every run. */
const patienceMs = 10_000;

export interface FirstTask {
  readonly client: Client;
  readonly taskQueue: string;
  readonly logger: Logger;
  /** The worker ends. */
  readonly ended: AbortSignal;
}

/**
 * Has a worker of this queue, mostly this one, close the runs that were lost while none ran (reliability.md F37). That is the worker's first task by
 * intent: it goes once through all that a run needs, and what a process does for the first time takes three times as long (docs/performance.md). Workers
 * that start together share one run of it. Never rejects: without it `tixngo status` and the next run of the account close what is lost.
 */
export async function takeFirstTask({ client, taskQueue, logger, ended }: FirstTask): Promise<void> {
  const { type, workflowId, summary } = closeLostRun;
  try {
    const closed = await client.withAbortSignal(AbortSignal.any([ended, AbortSignal.timeout(patienceMs)]), () =>
      client.workflow.execute<() => Promise<readonly number[]>>(type, {
        workflowId,
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
        taskQueue,
        args: [],
        workflowRunTimeout: '1 minute',
        staticSummary: summary,
      }),
    );
    if (closed.length > 0) logger.warn({ executions: closed }, 'Closed runs whose workflow is gone');
  } catch (error) {
    if (ended.aborted) return;
    logger.warn(describeForLog(error), 'Runs whose workflow is gone were not looked for; tixngo status closes them');
  }
}
