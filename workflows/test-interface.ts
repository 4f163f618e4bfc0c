import { proxyActivities } from '@temporalio/workflow';
import type { Activities, InterfaceTest, TestInterfaceInput } from './contract';

/** Is TIXNGO reachable with this interface's key, from this worker? A person waits for the answer: it is not repeated. */
export function testInterface({ interface: name, queue }: TestInterfaceInput): Promise<InterfaceTest> {
  const activities = proxyActivities<Pick<Activities, 'testInterface'>>({
    taskQueue: queue,
    scheduleToCloseTimeout: '20 seconds',
    retry: { maximumAttempts: 1 },
  });
  return activities.testInterface({ interface: name });
}
