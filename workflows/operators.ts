import { CancellationScope, defineQuery, defineSignal, setHandler, workflowInfo } from '@temporalio/workflow';
import { messageNames, type SetExecutionStateInput } from './contract';
import { stateActivities } from './push-activities';

export const pauseSignal = defineSignal(messageNames.pause);
export const resumeSignal = defineSignal(messageNames.resume);
export const stopSignal = defineSignal(messageNames.stop);

/** A run as operators act on it. */
export interface OperatedRun {
  /** Undefined before it has one: a signal that comes earlier is kept by the workflow alone. */
  readonly execution: number | undefined;
  paused: boolean;
  stopping: boolean;
  /** Brings the details that the Temporal UI shows up to date. */
  show(): void;
}

/** What the Temporal UI says about the signals and the query. */
export interface OperatorWords {
  readonly pause: string;
  readonly stop: string;
  readonly progress: string;
}

/** Operators' signals: each is written to the execution, so that an activity at work learns it with its next statement. */
export function listenToOperators(state: OperatedRun & { readonly progress: unknown }, words: OperatorWords): void {
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
    { description: words.pause },
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
    { description: words.stop },
  );
  setHandler(defineQuery(messageNames.progress), () => state.progress, { description: words.progress });
}

/** Not cancellable: a signal to a run that is being cancelled must not end it before it is closed. */
async function writeState(state: OperatedRun, wanted: SetExecutionStateInput['state']): Promise<void> {
  const { execution } = state;
  if (execution === undefined) return;
  const { firstExecutionRunId: firstRunId } = workflowInfo();
  await CancellationScope.nonCancellable(() =>
    stateActivities.setExecutionState({ execution, firstRunId, state: wanted }),
  );
}
