import { setTimeout as delay } from 'node:timers/promises';
import { WorkflowFailedError } from '@temporalio/client';
import {
  type CloseLostRun,
  closeLostRun,
  type InterfaceTest,
  type TestInterfaceInput,
  toWorkerQueue,
} from '../workflows/contract';
import { ask, type OpenConnection } from './connect';
import { toFailureMessage } from './runs';

// What a program has a worker do that is no run of a schedule.

/** Runs the interface test on one worker, by an activity on that worker's own task queue; undefined when it gives no answer within 20 seconds. */
export async function testInterface(
  open: OpenConnection,
  interfaceName: string,
  worker: { readonly id: string; readonly at: Date },
): Promise<InterfaceTest | undefined> {
  try {
    return await ask(open, () =>
      open.client.workflow.execute<(input: TestInterfaceInput) => Promise<InterfaceTest>>('testInterface', {
        workflowId: `test-interface/${interfaceName}/${worker.id}-${worker.at.toISOString()}`,
        taskQueue: open.settings.taskQueue,
        args: [{ interface: interfaceName, queue: toWorkerQueue(worker.id) }],
        workflowRunTimeout: '20 seconds',
        staticSummary: `test ${interfaceName} on worker ${worker.id}`,
      }),
    );
  } catch (error) {
    if (error instanceof WorkflowFailedError) return undefined;
    throw error;
  }
}

/** Has a worker close the executions whose workflow is gone: their numbers, or why it failed; undefined when none answers in time. Several askers share one run. */
export async function closeLostRuns(
  open: OpenConnection,
  patienceMs: number,
): Promise<readonly number[] | string | undefined> {
  const { type, options } = closeLostRun('operator');
  const { taskQueue } = open.settings;
  const handle = await ask(open, () => open.client.workflow.start<CloseLostRun>(type, { ...options, taskQueue }));
  const timer = new AbortController();
  const late = delay(patienceMs, undefined, { signal: timer.signal }).catch(() => undefined);
  try {
    return await Promise.race([ask(open, () => handle.result()), late]);
  } catch (error) {
    if (error instanceof WorkflowFailedError) return toFailureMessage(error);
    throw error;
  } finally {
    timer.abort();
  }
}
