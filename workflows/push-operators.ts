import { CancellationScope, defineQuery, defineSignal, setHandler, workflowInfo } from '@temporalio/workflow';
import { messageNames, type PushProgress, type SetExecutionStateInput } from './contract';
import { stateActivities } from './push-activities';
import type { PushState } from './push-state';

export const pauseSignal = defineSignal(messageNames.pause);
export const resumeSignal = defineSignal(messageNames.resume);
export const stopSignal = defineSignal(messageNames.stop);
export const progressQuery = defineQuery<PushProgress>(messageNames.progress);

/** Operators' signals: each is written to the execution, so that a running range learns it with its next announcement. */
export function listenToOperators(state: PushState): void {
  let asked: SetExecutionStateInput['state'] = state.paused ? 'paused' : 'running';
  let written = Promise.resolve();
  const write = (wanted: SetExecutionStateInput['state']): Promise<void> => {
    asked = wanted;
    state.show();
    // One after the other: side by side they could end in another order than they were asked for.
    written = written.then(() => writeState(state, wanted));
    return written;
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
      if (asked === 'paused') return;
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

/** Not cancellable: a signal to a run that is being cancelled must not end it before it is closed. */
async function writeState(state: PushState, wanted: SetExecutionStateInput['state']): Promise<void> {
  const { execution } = state;
  if (execution === undefined) return;
  const { firstExecutionRunId: firstRunId } = workflowInfo();
  await CancellationScope.nonCancellable(() =>
    stateActivities.setExecutionState({ execution, firstRunId, state: wanted }),
  );
}
