import { stateActivities } from './push-activities';

/** Closes executions whose workflow is gone; `tixngo status` asks for it when it sees one. Returns their numbers. */
export function closeLostExecutions(): Promise<readonly number[]> {
  return stateActivities.closeLostExecutions();
}
