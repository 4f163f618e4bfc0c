import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { describeForLog } from '../activities/failures';
import type { Logger } from '../config/logger';
import { type CloseLostRun, closeLostRun } from '../workflows/contract';

/** A worker that waits longer for it is ready all the same: one that is frozen, not gone, may have been handed the task. */
const patienceMs = 5_000;

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
  const { type, options } = closeLostRun('worker');
  const looking = client.workflow.execute<CloseLostRun>(type, { ...options, taskQueue }).then(
    (closed) => {
      if (closed.length > 0) logger.warn({ executions: closed }, 'Closed lost runs');
    },
    (error: unknown) => {
      // Its end cuts the connection.
      if (ended.aborted) return;
      logger.warn(describeForLog(error), 'Lost runs were not looked for; tixngo status closes them');
    },
  );
  const done = new AbortController();
  // The worker's connection knows no abort signal: a call that waits is left to itself and ends with the connection.
  const signal = AbortSignal.any([ended, done.signal]);
  const late = delay(patienceMs, 'late' as const, { signal }).catch(() => undefined);
  const first = await Promise.race([looking, late]);
  done.abort();
  if (first === 'late')
    logger.info('The look for lost runs goes on: another worker holds its task, or a server is slow');
}
