import {
  addFailedTry,
  capRetryAfterMs,
  decideAtGate,
  decideQuickRetry,
  type FailedTries,
} from '../../../core/push/gate';
import { SimulatedGate } from './simulated-gate';
import { type Process, VirtualTime } from './virtual-time';

export const maxOutageMs = 600_000;

/** Lists are drawn from in turn. */
export interface LanesSchedule {
  /** Lanes that are at work from the beginning. */
  readonly lanes: number;
  /** When further lanes make their first call. */
  readonly latecomersAtMs?: readonly number[];
  readonly workers: number;
  readonly luck: readonly number[];
  /** How long valid answers take, and how long answers that are none. */
  readonly latenciesMs: readonly number[];
  readonly failingMs?: readonly number[];
  /** What passes between an answer and the lane's next call: its record, the next message. */
  readonly gapsMs?: readonly number[];
  /** From `fromMs` on no answer is valid; calls that begin from `untilMs` on are answered well again. */
  readonly outage?: { readonly fromMs: number; readonly untilMs: number };
  /** Numbers of calls that fail for themselves, in the order in which calls begin. */
  readonly failingCalls?: readonly number[];
  /** When TIXNGO asks for a pause, and for how many seconds. */
  readonly pauses?: readonly { readonly atMs: number; readonly seconds: number }[];
}

interface Begun {
  readonly at: number;
  readonly lane: number;
  /** The gate was open: this is no probe. */
  readonly free: boolean;
}

/** Lanes of several workers at one gate, each with a call after the other, for as long as the schedule lasts. */
export class SimulatedLanes {
  readonly begun: Begun[] = [];
  /** Pauses that TIXNGO asked for. */
  readonly asked: { readonly at: number; readonly forMs: number }[] = [];
  readonly endedAt: number[] = [];
  readonly time = new VirtualTime();
  /** How long each lane stood at the gate, in all. */
  readonly stoodMs = new Map<number, number>();
  private readonly gate = new SimulatedGate();
  /** Each worker obeys its own answers at once (activities/world.ts, `openPauses`). */
  private readonly ownPauses = new Map<number, number>();
  private draws = 0;
  private pausesMade = 0;

  constructor(
    private readonly schedule: LanesSchedule,
    private readonly lastMs: number,
  ) {
    for (let lane = 0; lane < schedule.lanes; lane += 1) this.time.start(this.runLane(lane));
    for (const [index, atMs] of (schedule.latecomersAtMs ?? []).entries()) {
      this.time.start(this.runLane(schedule.lanes + index), atMs);
    }
    this.time.run(lastMs + 2 * maxOutageMs);
  }

  private *runLane(lane: number): Process {
    while (this.time.now < this.lastMs) {
      if (!(yield* this.call(lane))) {
        this.endedAt.push(this.time.now);
        return;
      }
      yield this.draw(this.schedule.gapsMs);
    }
  }

  /** One call until its answer is valid, in the order of activities/push/call.ts; false when it is given up as an outage. */
  private *call(lane: number): Process<boolean> {
    const worker = lane % this.schedule.workers;
    let failed: FailedTries | undefined;
    while (this.time.now < this.lastMs) {
      if (!(yield* this.passGate(lane))) return false;
      const beganAtMs = this.time.now;
      const isValid = yield* this.answer();
      const retryAfterMs = this.takePause();
      if (retryAfterMs === undefined && isValid) {
        this.gate.open();
        return true;
      }
      failed = addFailedTry(failed, { beganAtMs, failedAtMs: this.time.now });
      if (retryAfterMs !== undefined) {
        const forMs = capRetryAfterMs(retryAfterMs, maxOutageMs);
        this.asked.push({ at: this.time.now, forMs: retryAfterMs });
        this.ownPauses.set(worker, Math.max(this.ownPauses.get(worker) ?? 0, this.time.now + forMs));
        this.gate.pause(this.time.now, forMs);
        continue;
      }
      const quicklyMs = decideQuickRetry(failed, { nowMs: this.time.now, luck: this.draw(this.schedule.luck) });
      if (quicklyMs === undefined) this.gate.fail(this.time.now);
      else yield quicklyMs;
    }
    return true;
  }

  private *passGate(lane: number): Process<boolean> {
    const worker = lane % this.schedule.workers;
    const arrivedAt = this.time.now;
    for (;;) {
      const ownMs = (this.ownPauses.get(worker) ?? 0) - this.time.now;
      if (ownMs > 0) {
        yield ownMs;
        continue;
      }
      const free = this.gate.isOpen();
      const view = this.gate.ask(this.time.now);
      if (view === undefined) {
        this.begun.push({ at: this.time.now, lane, free });
        this.stoodMs.set(lane, (this.stoodMs.get(lane) ?? 0) + this.time.now - arrivedAt);
        return true;
      }
      const decision = decideAtGate(view, maxOutageMs, this.draw(this.schedule.luck));
      if (decision.kind === 'end') return false;
      yield decision.forMs;
    }
  }

  /** Waits for the answer to the call that has just begun, and says whether it is a valid one. */
  private *answer(): Process<boolean> {
    const { outage = { fromMs: Infinity, untilMs: Infinity }, failingCalls = [] } = this.schedule;
    const beganAt = this.time.now;
    const validMs = this.draw(this.schedule.latenciesMs);
    const isStruck = failingCalls.includes(this.begun.length);
    if (!isStruck && (beganAt >= outage.untilMs || beganAt + validMs < outage.fromMs)) {
      yield validMs;
      return true;
    }
    const failingMs = this.draw(this.schedule.failingMs);
    yield isStruck ? failingMs : Math.max(failingMs, outage.fromMs - beganAt);
    return false;
  }

  /** Retry-After in milliseconds, when TIXNGO asks for a pause in this answer. */
  private takePause(): number | undefined {
    const next = this.schedule.pauses?.[this.pausesMade];
    if (next === undefined || next.atMs > this.time.now) return undefined;
    this.pausesMade += 1;
    return next.seconds * 1_000;
  }

  private draw(from: readonly number[] = []): number {
    this.draws += 1;
    return from[this.draws % from.length] ?? 0;
  }
}
