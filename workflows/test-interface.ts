import type { InterfaceTest } from './contract';
import { testActivities } from './push-activities';

/** Is TIXNGO reachable with this interface's key? Runs on the worker whose queue it was started on. */
export function testInterface(input: { readonly interface: string }): Promise<InterfaceTest> {
  return testActivities.testInterface(input);
}
