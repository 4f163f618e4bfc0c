import { proxyActivities } from '@temporalio/workflow';
import { activityOptions } from './push-activities';
import type { RetrieveActivities } from './retrieve-contract';

/** Those that end by themselves: look-ups, the opening and the close. */
export const retrieveActivities = proxyActivities<Omit<RetrieveActivities, 'retrievePages'>>({
  ...activityOptions,
  startToCloseTimeout: '15 minutes',
});

/**
 * What ends an outage (domain.md 4, `maxOutageMinutes`): the limit from the first attempt to the last. An activity that had a valid answer returns
 * instead of failing (activities/retrieve-status/outage.ts), so all of its attempts are without one.
 */
export function pagesActivities(maxOutageMinutes: number) {
  return proxyActivities<Pick<RetrieveActivities, 'retrievePages'>>({
    ...activityOptions,
    scheduleToCloseTimeout: maxOutageMinutes * 60_000,
  });
}
