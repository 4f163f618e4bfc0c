import { proxyActivities } from '@temporalio/workflow';
import { activityOptions } from './push-activities';
import type { RetrieveActivities } from './retrieve-contract';

/** Those that end by themselves: look-ups, the opening and the close. */
export const retrieveActivities = proxyActivities<Omit<RetrieveActivities, 'retrievePages'>>({
  ...activityOptions,
  startToCloseTimeout: '15 minutes',
});

/**
 * Pages are applied for 10 s at a time; what is over is attempts without a valid answer. So the limit from the first attempt to the last is
 * what ends an outage (domain.md 4, `maxOutageMinutes`), and a minute more is for the pages before it.
 */
export function pagesActivities(maxOutageMinutes: number) {
  return proxyActivities<Pick<RetrieveActivities, 'retrievePages'>>({
    ...activityOptions,
    scheduleToCloseTimeout: (maxOutageMinutes + 1) * 60_000,
  });
}
