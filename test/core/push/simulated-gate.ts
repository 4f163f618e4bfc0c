import type { GateView } from '../../../core/push/gate';

/**
 * The gate of an account as the row `organizer_gate` keeps it. That a call may go out is decided in SQL (db/queries/push/
 * announce-statement.ts and close-gate.ts) and proven there, on Postgres; this is a model of those statements, so that what core decides
 * about waiting, retrying and pausing can be met by thousands of schedules of faults.
 */
export class SimulatedGate {
  private notBefore = 0;
  private failingSince: number | undefined;
  private probeAt = 0;

  /** Undefined when the call may go out now. While the account fails that takes the one probe of a second. */
  ask(now: number): GateView | undefined {
    const closedForMs = Math.max(0, this.notBefore - now);
    const failing = this.failingSince === undefined ? {} : { failingForMs: now - this.failingSince };
    if (closedForMs > 0) return { closedForMs, keyRefused: false, ...failing };
    if (this.failingSince === undefined) return undefined;
    if (this.probeAt > now) return { closedForMs: 0, keyRefused: false, ...failing };
    this.probeAt = now + 1_000;
    return undefined;
  }

  /** TIXNGO is not known to fail. */
  isOpen(): boolean {
    return this.failingSince === undefined;
  }

  pause(now: number, forMs: number): void {
    this.notBefore = Math.max(this.notBefore, now + forMs);
    this.fail(now);
  }

  fail(now: number): void {
    if (this.failingSince === undefined) this.probeAt = now + 1_000;
    this.failingSince ??= now;
  }

  /** A valid answer came. */
  open(): void {
    this.failingSince = undefined;
  }
}
