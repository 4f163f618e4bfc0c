import { Context } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';
import type {
  Activities,
  BatchRange,
  CloseExecutionInput,
  ExecutionReport,
  OutcomeCounts,
  PlannedSlice,
  PushBatchesInput,
  PushBatchesResult,
} from '../../workflows/contract';
import { FakeRetrieve } from './fake-retrieve';
import { Milestones } from './milestones';

export const noCounts: OutcomeCounts = { delivered: 0, refused: 0, skipped: 0, simulated: 0, unknown: 0, notTried: 0 };

/** What a test says about one range: its result, or a failure to throw. */
export type PushScript = (input: PushBatchesInput, fake: FakeActivities) => Promise<PushBatchesResult>;

export interface FakeOptions {
  /** Batches of each slice; the last one is marked as last. Empty: nothing is due. */
  readonly slices?: readonly number[];
  /** `parallelCalls`. */
  readonly window?: number;
  readonly push?: PushScript;
  /** What each close in turn finds open; afterwards nothing. */
  readonly open?: readonly (readonly BatchRange[])[];
  /** What such a close says of the batches that are not open. */
  readonly settled?: OutcomeCounts;
  readonly report?: Partial<ExecutionReport>;
  /** Replaces single activities. */
  readonly instead?: Partial<Activities>;
}

export const EXECUTION = 7;

/** Activities as plain functions that write down what they are asked, so that a test sees the order of a run. */
export class FakeActivities {
  readonly log = new Milestones();
  readonly closes: CloseExecutionInput[] = [];
  readonly pushes: PushBatchesInput[] = [];
  /** Ranges in flight now, and the most at one time. */
  inFlight = 0;
  mostInFlight = 0;

  constructor(readonly options: FakeOptions = {}) {}

  toActivities(): Activities {
    return {
      ...new FakeRetrieve().toActivities(),
      planSlice: (input) => Promise.resolve(this.plan(input.slice)),
      pushBatches: (input) => this.push(input),
      closeExecution: (input) => Promise.resolve(this.close(input)),
      setExecutionState: ({ state }) => {
        this.log.add(`state ${state}`);
        return Promise.resolve();
      },
      testInterface: () => Promise.resolve({ worker: 'fake', reachable: true }),
      closeLostExecutions: (asker) => Promise.resolve(asker === 'operator' ? [3, 4] : []),
      ...this.options.instead,
    };
  }

  /** Finishes a range at once: 50 tickets delivered per batch. */
  finish({ range }: PushBatchesInput): PushBatchesResult {
    const delivered = (range.lastBatch - range.firstBatch + 1) * 50;
    return { stopped: 'finished', nextBatch: range.lastBatch + 1, counts: { ...noCounts, delivered } };
  }

  private plan(slice: number): PlannedSlice {
    this.log.add(`plan ${slice.toString()}`);
    const { slices = [1], window = 2 } = this.options;
    const batches = slices[slice - 1] ?? 0;
    return {
      execution: EXECUTION,
      interfaceName: 'fake-interface',
      organizationCode: 'FAKE',
      slice,
      firstBatch: slices.slice(0, slice - 1).reduce((sum, size) => sum + size, 0),
      batches,
      tickets: batches * 50,
      last: slice >= slices.length,
      window,
      ...(batches === 0 && slice === 1 ? { report: this.report('done') } : {}),
    };
  }

  private async push(input: PushBatchesInput): Promise<PushBatchesResult> {
    const { firstBatch, lastBatch } = input.range;
    const name = `${firstBatch.toString()}-${lastBatch.toString()}`;
    this.pushes.push(input);
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    this.log.add(`push ${name}`);
    try {
      const { push } = this.options;
      return push === undefined ? this.finish(input) : await push(input, this);
    } finally {
      this.inFlight -= 1;
      this.log.add(`pushed ${name}`);
    }
  }

  private close(input: CloseExecutionInput) {
    this.log.add(`close ${input.ending}`);
    const open = this.options.open?.[this.closes.length] ?? [];
    this.closes.push(input);
    const { settled } = this.options;
    if (open.length > 0) return { open, ...(settled === undefined ? {} : { settled }) };
    return { open, report: this.report(input.ending) };
  }

  private report(ending: ExecutionReport['ending']): ExecutionReport {
    const planned = this.options.slices?.reduce((sum, size) => sum + size * 50, 0) ?? 50;
    const outcome = ending === 'done' ? 'OK' : 'ERROR';
    const base = { execution: EXECUTION, planned, ...noCounts, ending, message: `ended: ${ending}`, refusals: [] };
    return { ...base, delivered: planned, outcome, ...this.options.report };
  }
}

/** Waits inside an activity, heartbeating; a cancellation makes it yield at `range.firstBatch`, as the engine does. */
export async function holdUntil(
  release: Promise<unknown>,
  input: PushBatchesInput,
): Promise<PushBatchesResult | undefined> {
  if (await isReleased(release)) return undefined;
  return { stopped: 'yielded', nextBatch: input.range.firstBatch, counts: noCounts };
}

/** The same for any activity: false when it was cancelled before. */
export async function isReleased(release: Promise<unknown>): Promise<boolean> {
  const context = Context.current();
  const timer = setInterval(() => {
    context.heartbeat();
  }, 100);
  try {
    await Promise.race([release, context.cancelled]);
    return true;
  } catch (error) {
    if (!(error instanceof CancelledFailure)) throw error;
    return false;
  } finally {
    clearInterval(timer);
  }
}
