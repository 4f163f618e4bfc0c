import { ApplicationFailure, type WorkflowHandle } from '@temporalio/client';
import type { RetrievePagesInput } from '../../workflows/retrieve-contract';
import { isReleased } from './fake-activities';
import { countsOf, type FakeRetrieve, type FakeRetrieveOptions } from './fake-retrieve';

/** One way in which a reading back goes: as the shapes of pushes (shapes.ts). */
export interface RetrieveShape {
  readonly name: string;
  readonly type: 'retrieveStatus' | 'retrieveTick';
  readonly options: FakeRetrieveOptions;
  readonly drive?: (run: WorkflowHandle, fake: FakeRetrieve) => Promise<void>;
  /** Recorded on a server that suggests to continue as new early. */
  readonly longHistory?: boolean;
}

/** Pages that are held until an operator has paused the run; then they are read. */
async function untilPaused(input: RetrievePagesInput, fake: FakeRetrieve) {
  const released = await isReleased(fake.log.reached('state paused'));
  const stopped = released ? ('paused' as const) : ('yielded' as const);
  return fake.reads.length > 1
    ? fake.finish(input)
    : { stopped, counts: countsOf(input.knownPages), withoutProgress: 0 };
}

export const retrieveShapes: readonly RetrieveShape[] = [
  { name: 'read-pages', type: 'retrieveStatus', options: { pages: 3 } },
  { name: 'read-tick', type: 'retrieveTick', options: { pages: 1 } },
  {
    name: 'read-skipped',
    type: 'retrieveStatus',
    options: {
      opened: {
        report: { ...countsOf(0), execution: 9, outcome: 'SKIPPED', ending: 'done', message: 'held' },
      },
    },
  },
  {
    name: 'read-failed',
    type: 'retrieveStatus',
    options: { read: () => Promise.reject(ApplicationFailure.nonRetryable('a row is gone', 'BUG')) },
  },
  {
    name: 'read-paused',
    type: 'retrieveStatus',
    options: { read: untilPaused },
    drive: async (run, fake) => {
      await fake.log.reached('read 0');
      await run.signal('pause');
      await fake.log.reached('state paused');
      await run.signal('resume');
    },
  },
  {
    name: 'read-stopped',
    type: 'retrieveStatus',
    options: { read: untilPaused },
    drive: async (run, fake) => {
      await fake.log.reached('read 0');
      await run.signal('stop');
    },
  },
  {
    name: 'read-cancelled',
    type: 'retrieveStatus',
    options: { read: untilPaused },
    drive: async (run, fake) => {
      await fake.log.reached('read 0');
      await run.cancel();
    },
  },
  { name: 'read-continued', type: 'retrieveStatus', options: { pages: 24 }, longHistory: true },
];
