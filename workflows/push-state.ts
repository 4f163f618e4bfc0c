import { setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import { cutIntoRanges } from '../core/push/ranges';
import type {
  BatchRange,
  ExecutionReport,
  Known,
  OutcomeCounts,
  PlannedSlice,
  PushBatchesResult,
  PushCarry,
  PushFunction,
  PushProgress,
} from './contract';
import { toDetails, toShownState } from './details';
import { toPushRows } from './push-details';

const nothing: PushProgress = {
  planned: 0,
  delivered: 0,
  refused: 0,
  skipped: 0,
  simulated: 0,
  unknown: 0,
  notTried: 0,
};

/** Where a push stands: which slices are planned, which ranges wait, what operators asked for. Numbers only. */
export class PushState {
  execution: number | undefined;
  nextSlice: number;
  plannedAll = false;
  /** A slice is being planned: its ranges are to come. */
  planning = false;
  paused: boolean;
  stopping = false;
  /** A range met the end of the execution: outage, kill ratio, key refused, all refused. */
  ended = false;
  known: Known;
  progress: PushProgress;
  /** Ranges at work at once. */
  window = 1;

  private queue: BatchRange[] = [];
  /** Handed out and not returned: at work, or waiting in a worker for a slot. */
  private readonly out = new Set<BatchRange>();
  private newestSliceStart = 0;

  constructor(
    private readonly name: PushFunction,
    carry: PushCarry | undefined,
  ) {
    this.execution = carry?.execution;
    this.nextSlice = carry?.nextSlice ?? 1;
    this.known = carry?.known ?? { slices: 0, ranges: 0 };
    this.paused = carry?.paused ?? false;
    this.progress = carry?.progress ?? nothing;
    this.window = carry?.window ?? 1;
  }

  take(slice: PlannedSlice): void {
    this.planning = false;
    this.execution = slice.execution;
    this.nextSlice = slice.slice + 1;
    this.known = { ...this.known, slices: Math.max(this.known.slices, slice.slice) };
    this.plannedAll = slice.last;
    this.window = slice.window;
    this.newestSliceStart = slice.firstBatch;
    this.queue.push(...cutIntoRanges(slice.firstBatch, slice.batches, slice.window));
    this.progress = { ...this.progress, planned: this.progress.planned + slice.tickets };
    this.show();
  }

  /** Ranges that the close found open: they go out again, and are counted again, so that only the others (`settled`) count until then. */
  takeBack(ranges: readonly BatchRange[], settled: OutcomeCounts | undefined): void {
    this.ended = false;
    this.queue.push(...ranges);
    if (settled !== undefined) this.progress = { planned: this.progress.planned, ...settled };
    this.show();
  }

  next(): BatchRange | undefined {
    const range = this.queue.shift();
    if (range !== undefined) this.out.add(range);
    return range;
  }

  /** However its activity ended. */
  returned(range: BatchRange): void {
    this.out.delete(range);
  }

  isIdle(): boolean {
    return this.queue.length === 0;
  }

  finished(range: BatchRange, result: PushBatchesResult): void {
    const { counts } = result;
    this.progress = {
      planned: this.progress.planned,
      delivered: this.progress.delivered + counts.delivered,
      refused: this.progress.refused + counts.refused,
      skipped: this.progress.skipped + counts.skipped,
      simulated: this.progress.simulated + counts.simulated,
      unknown: this.progress.unknown + counts.unknown,
      notTried: this.progress.notTried + counts.notTried,
    };
    if (result.stopped === 'finished') this.known = { ...this.known, ranges: this.known.ranges + 1 };
    else if (result.stopped === 'ending') this.ended = true;
    else this.queue.unshift({ ...range, firstBatch: result.nextBatch });
    this.show();
  }

  isEnding(): boolean {
    return this.stopping || this.ended;
  }

  /** A lane has a range of the newest slice, for fewer of those before are open than there are lanes: so the next one may be planned. */
  isReadyForNextSlice(): boolean {
    const before = [...this.out, ...this.queue].filter((range) => range.firstBatch < this.newestSliceStart);
    return before.length < this.window;
  }

  /** Temporal suggests to continue as new; the queue is worked off first, for ranges are not carried over. */
  isHistoryLong(): boolean {
    return workflowInfo().continueAsNewSuggested;
  }

  hasMore(): boolean {
    return !this.plannedAll && !this.isEnding();
  }

  toCarry(): PushCarry {
    if (this.execution === undefined) throw new Error('A run continues before it has an execution');
    return {
      execution: this.execution,
      nextSlice: this.nextSlice,
      known: this.known,
      paused: this.paused,
      progress: this.progress,
      window: this.window,
    };
  }

  finish(report: ExecutionReport): void {
    this.progress = { ...report };
    this.show('closed');
  }

  show(state?: 'closed'): void {
    const { execution, progress } = this;
    setCurrentDetails(
      toDetails({
        function: this.name,
        execution,
        unit: 'tickets',
        rows: toPushRows(progress),
        state: state ?? toShownState(this),
      }),
    );
  }
}
