/** Something that goes on in a simulation: it yields for how many milliseconds of virtual time it waits. */
export type Process<Result = void> = Generator<number, Result, undefined>;

interface Waiting {
  readonly at: number;
  readonly process: Process;
}

/** A clock that jumps from event to event: hours of waiting cost nothing, and the same schedule goes the same way each time. */
export class VirtualTime {
  /** Milliseconds since the simulation began. */
  now = 0;
  private waiting: Waiting[] = [];

  start(process: Process, afterMs = 0): void {
    this.wake({ at: this.now + afterMs, process });
  }

  /** Runs until nothing waits any more; what still waits after `limitMs` never ends. */
  run(limitMs: number): void {
    for (let next = this.takeFirst(); next !== undefined; next = this.takeFirst()) {
      this.now = next.at;
      if (this.now > limitMs) throw new Error(`Still at work after ${limitMs} ms`);
      const step = next.process.next();
      // Whole milliseconds, as timers have them: sums of fractions would not compare.
      if (step.done !== true) this.wake({ at: this.now + Math.round(step.value), process: next.process });
    }
  }

  private wake(waiting: Waiting): void {
    this.waiting.push(waiting);
  }

  /** The earliest; of those at the same moment the one that waits longest. */
  private takeFirst(): Waiting | undefined {
    let first = 0;
    for (let index = 1; index < this.waiting.length; index += 1) {
      if ((this.waiting[index]?.at ?? 0) < (this.waiting[first]?.at ?? 0)) first = index;
    }
    return this.waiting.splice(first, 1)[0];
  }
}
