import type { LostRunAsker } from './contract';
import { stateActivities } from './push-activities';

/** Closes executions whose workflow is gone; `tixngo status` asks for it when it sees one, a worker when it starts. Returns their numbers. */
export function closeLostExecutions(asker: LostRunAsker = 'operator'): Promise<readonly number[]> {
  return stateActivities.closeLostExecutions(asker);
}
