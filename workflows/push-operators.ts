import { defineQuery, defineSignal, setHandler, workflowInfo } from '@temporalio/workflow';
import { messageNames, type PushProgress, type SetExecutionStateInput } from './contract';
import { stateActivities } from './push-activities';
import type { PushState } from './push-state';

export const pauseSignal = defineSignal(messageNames.pause);
export const resumeSignal = defineSignal(messageNames.resume);
export const stopSignal = defineSignal(messageNames.stop);
export const progressQuery = defineQuery<PushProgress>(messageNames.progress);

/** Operators' signals: each is written to the execution, so that a running range learns it with its next announcement. */
export function listenToOperators(state: PushState): void {
  const write = async (wanted: SetExecutionStateInput['state']): Promise<void> => {
    const { firstExecutionRunId: firstRunId } = workflowInfo();
    state.show();
    if (state.execution === undefined) return;
    await stateActivities.setExecutionState({ execution: state.execution, firstRunId, state: wanted });
  };
  setHandler(
    pauseSignal,
    async () => {
      state.paused = true;
      await write('paused');
    },
    { description: 'Hold this run after the calls in flight; resume lets it go on' },
  );
  setHandler(
    resumeSignal,
    async () => {
      await write('running');
      state.paused = false;
      state.show();
    },
    { description: 'Let a paused run go on where it stands' },
  );
  setHandler(
    stopSignal,
    async () => {
      state.stopping = true;
      await write('stopping');
    },
    { description: 'Finish the calls in flight and close the run: the rest is NOT_TRIED and taken by the next run' },
  );
  setHandler(progressQuery, () => state.progress, {
    description: 'Tickets planned so far and what became of those whose ranges are done',
  });
}
