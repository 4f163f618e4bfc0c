import { activityInfo } from '@temporalio/activity';
import type { ExecutionIdentity } from '../../db/queries/push/identity';

/** The execution that this activity belongs to, as Temporal and its workflow know it. */
export function identify(input: { readonly execution: number; readonly firstRunId: string }): ExecutionIdentity {
  return { execution: input.execution, ...identifyRun(input.firstRunId) };
}

/** The run before its execution has a number. */
export function identifyRun(firstRunId: string): Omit<ExecutionIdentity, 'execution'> {
  const info = activityInfo();
  const workflowId = info.workflowExecution?.workflowId;
  if (workflowId === undefined) throw new Error('This activity runs in a workflow only');
  return { namespace: info.namespace, workflowId, firstRunId };
}

/** When Temporal scheduled this attempt, by its clock, in milliseconds since 1970: an attempt that follows was scheduled later. */
export function attemptScheduledAtMs(): number {
  return activityInfo().currentAttemptScheduledTimestampMs;
}
