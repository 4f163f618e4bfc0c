import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { found } from './until';

/** Which of its workflow tasks a run is reset to: the one that plans, the one that sends what was planned. */
const taskIndex = { first: 0, planned: 1 } as const;

/** One of the two, or a choice among the workflow tasks that were completed. */
export type ResetPoint = keyof typeof taskIndex | (<Task>(tasks: readonly Task[]) => Task);

/** Where to reset: a client and its namespace, as a `System` has them. */
export interface Resetting {
  readonly open: { readonly client: Client; readonly settings: { readonly namespace: string } };
}

/** Resets a run as the Temporal UI does; gives the new run's id. */
export async function resetRun(
  system: Resetting,
  run: { readonly workflowId: string; readonly firstRunId?: string },
  point: ResetPoint,
): Promise<string> {
  const { client } = system.open;
  const { namespace } = system.open.settings;
  const handle = client.workflow.getHandle(run.workflowId);
  const { runId } = await handle.describe();
  const listPoints = async () => {
    const { events } = await handle.fetchHistory();
    const points = (events ?? [])
      .filter((event) => isSet(event.workflowTaskCompletedEventAttributes))
      .map(({ eventId }) => eventId);
    return points.length > 0 ? points : undefined;
  };
  // One that was reset to its beginning a moment ago may not have completed a task again.
  const points = await found('the run has completed a workflow task', listPoints);
  const answer = await client.workflowService.resetWorkflowExecution({
    namespace,
    workflowExecution: { workflowId: run.workflowId, runId },
    reason: 'by a test',
    workflowTaskFinishEventId: (typeof point === 'string' ? points[taskIndex[point]] : point(points)) ?? null,
    requestId: randomUUID(),
  });
  return answer.runId;
}

/** The attributes of an event are there for its own kind only. */
function isSet(attributes: object | null | undefined): boolean {
  return attributes !== null && attributes !== undefined;
}
