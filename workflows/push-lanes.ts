import { condition, workflowInfo } from '@temporalio/workflow';
import type { BatchRange, PushFunction } from './contract';
import { rangeActivities } from './push-activities';
import type { PushState } from './push-state';

/** Ranges that wait for a slot besides those that hold one, at most: a lane that ends is followed at once, not after a turn of Temporal. */
const mostAhead = 8;

/** Hands out `window` ranges and up to as many to follow them; each lane takes the next range when its own is done. */
export class Lanes {
  private readonly running: Promise<void>[] = [];

  constructor(
    private readonly name: PushFunction,
    private readonly state: PushState,
  ) {}

  run(): readonly Promise<void>[] {
    const { window } = this.state;
    for (let lane = 0; lane < window + Math.min(window, mostAhead); lane += 1) this.running.push(this.runLane());
    return this.running;
  }

  /** Resolves when no lane runs any more, however each of them ended. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.running);
  }

  private async runLane(): Promise<void> {
    const { state } = this;
    for (;;) {
      await condition(() => state.isEnding() || (!state.paused && !state.isIdle()) || this.isDone());
      if (state.isEnding()) return;
      const range = state.next();
      if (range === undefined) {
        if (this.isDone()) return;
        continue;
      }
      try {
        await this.push(range);
      } finally {
        state.returned(range);
      }
    }
  }

  /** Nothing waits and nothing will: all is planned, or planning stopped because the history is long; what is being planned is sent first. */
  private isDone(): boolean {
    const { state } = this;
    return state.isIdle() && !state.planning && !state.paused && (state.plannedAll || state.isHistoryLong());
  }

  private async push(range: BatchRange): Promise<void> {
    const { state, name } = this;
    const { execution } = state;
    if (execution === undefined) throw new Error('A range runs before its execution is planned');
    const summary =
      range.firstBatch === range.lastBatch
        ? `batch ${range.firstBatch.toString()}`
        : `batches ${range.firstBatch.toString()} to ${range.lastBatch.toString()}`;
    const { firstExecutionRunId: firstRunId } = workflowInfo();
    const input = { function: name, execution, firstRunId, known: state.known, range };
    state.finished(range, await rangeActivities.pushBatches.executeWithOptions({ summary }, [input]));
  }
}
