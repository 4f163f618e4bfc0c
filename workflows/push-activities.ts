import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { Activities } from './contract';

/**
 * A range heartbeats every second by a timer, so 3 s without one means that its worker is gone; the first retry follows at once (run complete
 * 6.4 s after SIGKILL, performance.md). Cancellation waits until the call in flight has ended: nothing in flight is thrown away.
 */
export const activityOptions = {
  heartbeatTimeout: '3 seconds',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '100 milliseconds', backoffCoefficient: 2, maximumInterval: '10 seconds' },
} as const;

/** Activities that end by themselves within minutes; none has a limit on attempts: an outage is ended by `maxOutageMinutes`. */
export const activities = proxyActivities<Activities>({ ...activityOptions, startToCloseTimeout: '15 minutes' });

/** A range may wait for a slot or at the gate for long. */
export const rangeActivities = proxyActivities<Pick<Activities, 'pushBatches'>>({
  ...activityOptions,
  startToCloseTimeout: '6 hours',
});

/** Short writes that need no heartbeat. */
export const stateActivities = proxyActivities<Pick<Activities, 'setExecutionState' | 'closeLostExecutions'>>({
  startToCloseTimeout: '30 seconds',
  retry: activityOptions.retry,
});
