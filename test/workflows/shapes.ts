import { ApplicationFailure, type WorkflowHandle } from '@temporalio/client';
import type { PushBatchesInput } from '../../workflows/contract';
import { FakeActivities, holdUntil, noCounts, type FakeOptions } from './fake-activities';

/** One way in which a run goes: every shape has a recorded history that later workflow code must replay. */
export interface Shape {
  readonly name: string;
  readonly options: FakeOptions;
  /** What operators do to the run while it goes. */
  readonly drive?: (run: WorkflowHandle, fake: FakeActivities) => Promise<void>;
  /** Recorded on a server that suggests to continue as new early. */
  readonly longHistory?: boolean;
}

/** A range that is held until its run is stopped, paused or cancelled. */
const untilOperator = async (input: PushBatchesInput, fake: FakeActivities) => {
  const paused = fake.log.reached('state paused');
  const stopped = await holdUntil(paused, input);
  if (stopped !== undefined) return stopped;
  const isFirst = fake.pushes.filter(({ range }) => range.number === input.range.number).length === 1;
  return isFirst
    ? { stopped: 'paused' as const, nextBatch: input.range.firstBatch, counts: noCounts }
    : fake.finish(input);
};

export const shapes: readonly Shape[] = [
  { name: 'nothing-due', options: { slices: [] } },
  { name: 'small-run', options: { slices: [1], window: 1 } },
  { name: 'several-slices', options: { slices: [4, 6, 2], window: 3 } },
  {
    name: 'refused',
    options: { slices: [1], report: { outcome: 'ERROR', message: '1 ticket of 50 refused', refused: 1 } },
  },
  { name: 'open-again', options: { slices: [2], open: [[{ number: 0, firstBatch: 0, lastBatch: 0 }]] } },
  {
    name: 'paused',
    options: { slices: [1], window: 1, push: untilOperator },
    drive: async (run, fake) => {
      await fake.log.reached('push 0-0');
      await run.signal('pause');
      await fake.log.reached('pushed 0-0');
      await run.signal('resume');
    },
  },
  {
    name: 'stopped',
    options: { slices: [1, 1], window: 1, push: untilOperator },
    drive: async (run, fake) => {
      await fake.log.reached('push 0-0');
      await run.signal('pause');
      await fake.log.reached('pushed 0-0');
      await run.signal('stop');
    },
  },
  {
    name: 'cancelled',
    options: { slices: [4], window: 2, push: untilOperator },
    drive: async (run, fake) => {
      await fake.log.reached('push 0-1');
      await run.cancel();
    },
  },
  {
    name: 'failed-lane',
    options: {
      slices: [4],
      window: 2,
      push: async (input, fake) => {
        if (input.range.firstBatch === 2) throw ApplicationFailure.nonRetryable('a row is gone', 'BUG');
        return await untilOperator(input, fake);
      },
    },
  },
  { name: 'continued', options: { slices: Array.from({ length: 12 }, () => 2), window: 2 }, longHistory: true },
];
