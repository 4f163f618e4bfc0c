import fc from 'fast-check';
import { capRetryAfterMs, decideAtGate, quickRetries, quickRetryPauseMs } from '../../../core/push/gate';
import { SimulatedGate } from './simulated-gate';
import { simulate } from './simulation';
import { type Process, VirtualTime } from './virtual-time';

const maxOutageMs = 600_000;

interface GateSchedule {
  readonly lanes: number;
  readonly workers: number;
  readonly latenciesMs: readonly number[];
  readonly luck: readonly number[];
  /** TIXNGO gives no valid answer from then on, for so long. */
  readonly failsFromMs: number;
  readonly failsForMs: number;
  /** When TIXNGO asks for a pause, and for how many seconds. */
  readonly pauses: readonly { readonly atMs: number; readonly seconds: number }[];
}

interface Begun {
  readonly at: number;
  readonly lane: number;
  readonly worker: number;
}

/** Lanes of several workers at one gate, each with a call after the other, for as long as the schedule lasts. */
class SimulatedLanes {
  readonly begun: Begun[] = [];
  /** Pauses that TIXNGO asked for. */
  readonly asked: { readonly at: number; readonly forMs: number }[] = [];
  readonly endedAt: number[] = [];
  readonly time = new VirtualTime();
  private readonly gate = new SimulatedGate();
  /** Each worker obeys its own answers at once (activities/world.ts, `openPauses`). */
  private readonly ownPauses = new Map<number, number>();
  private draws = 0;
  private pausesMade = 0;

  constructor(
    private readonly schedule: GateSchedule,
    private readonly lastMs: number,
  ) {
    for (let lane = 0; lane < schedule.lanes; lane += 1) this.time.start(this.runLane(lane));
    this.time.run(lastMs + 2 * maxOutageMs);
  }

  private *runLane(lane: number): Process {
    const worker = lane % this.schedule.workers;
    for (let failures = 0; this.time.now < this.lastMs;) {
      if (!(yield* this.passGate(worker))) {
        this.endedAt.push(this.time.now);
        return;
      }
      this.begun.push({ at: this.time.now, lane, worker });
      yield this.draw(this.schedule.latenciesMs);
      const retryAfterMs = this.takePause();
      if (retryAfterMs !== undefined) {
        const forMs = capRetryAfterMs(retryAfterMs, maxOutageMs);
        this.asked.push({ at: this.time.now, forMs: retryAfterMs });
        this.ownPauses.set(worker, Math.max(this.ownPauses.get(worker) ?? 0, this.time.now + forMs));
        this.gate.pause(this.time.now, forMs);
      } else if (!this.isFailing()) {
        failures = 0;
        this.gate.open();
      } else {
        failures += 1;
        if (failures <= quickRetries) yield quickRetryPauseMs(failures, this.draw(this.schedule.luck));
        else this.gate.fail(this.time.now);
      }
    }
  }

  private *passGate(worker: number): Process<boolean> {
    for (;;) {
      const ownMs = (this.ownPauses.get(worker) ?? 0) - this.time.now;
      if (ownMs > 0) {
        yield ownMs;
        continue;
      }
      const view = this.gate.ask(this.time.now);
      if (view === undefined) return true;
      const decision = decideAtGate(view, maxOutageMs, this.draw(this.schedule.luck));
      if (decision.kind === 'end') return false;
      yield decision.forMs;
    }
  }

  private isFailing(): boolean {
    const { failsFromMs, failsForMs } = this.schedule;
    return this.time.now >= failsFromMs && this.time.now < failsFromMs + failsForMs;
  }

  /** Retry-After in milliseconds, when TIXNGO asks for a pause in this answer. */
  private takePause(): number | undefined {
    const next = this.schedule.pauses[this.pausesMade];
    if (next === undefined || next.atMs > this.time.now) return undefined;
    this.pausesMade += 1;
    return next.seconds * 1_000;
  }

  private draw(from: readonly number[]): number {
    this.draws += 1;
    return from[this.draws % from.length] ?? 0;
  }
}

const lanes = {
  lanes: fc.integer({ min: 1, max: 12 }),
  workers: fc.integer({ min: 1, max: 3 }),
  luck: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 9 }),
};

const failing = fc.record({
  ...lanes,
  latenciesMs: fc.array(fc.integer({ min: 5, max: 400 }), { minLength: 1, maxLength: 9 }),
  failsFromMs: fc.integer({ min: 500, max: 3_000 }),
  failsForMs: fc.integer({ min: 6_000, max: 120_000 }),
});

/**
 * F12: while everything fails, at most one call a second in all from 5 s after it began, and every lane calls again within 15 s after it
 * heals. Answers take up to 400 ms: four of them and the quick retries between are what a lane needs to find out that TIXNGO fails.
 */
export const failingApi = simulate(failing, (drawn, met) => {
  const healsAt = drawn.failsFromMs + drawn.failsForMs;
  const { begun, endedAt, time } = new SimulatedLanes({ ...drawn, pauses: [] }, healsAt + 20_000);
  const probes = begun.filter(({ at }) => at >= drawn.failsFromMs + 5_000 && at < healsAt).map(({ at }) => at);
  const tooEarly = probes.filter((at, index) => index > 0 && at - (probes[index - 1] ?? 0) < 1_000);
  expect({ tooEarly, endedAt }).toEqual({ tooEarly: [], endedAt: [] });
  // It is not given up either: lanes look again each second.
  expect(probes.length).toBeGreaterThanOrEqual(Math.floor((drawn.failsForMs - 5_000) / 2_500));
  const back = new Set(begun.filter(({ at }) => at >= healsAt && at < healsAt + 15_000).map(({ lane }) => lane));
  expect(back.size).toBe(drawn.lanes);
  met.calls += begun.length;
  met.faults += 1;
  met.virtualHours += time.now / 3_600_000;
});

const askedPause = fc.record({ atMs: fc.nat(20_000), seconds: fc.constantFrom(-7, 0, 1, 2, 5, 30, 4_000_000_000) });
const pausing = fc.record({
  ...lanes,
  latenciesMs: fc.array(fc.integer({ min: 100, max: 2_000 }), { minLength: 1, maxLength: 9 }),
  pauses: fc.array(askedPause, { maxLength: 4 }).map((list) => [...list].sort((a, b) => a.atMs - b.atMs)),
});

const lastMs = 30_000;

/** F11: no call begins before the time that Retry-After asked for; an absurd one is capped; afterwards every lane calls again. */
export const pausingApi = simulate(pausing, (drawn, met) => {
  const simulated = new SimulatedLanes({ ...drawn, failsFromMs: 0, failsForMs: 0 }, lastMs);
  const { begun, asked, endedAt, time } = simulated;
  const pauses = asked.map(({ at, forMs }) => ({ at, until: at + Math.min(Math.max(forMs, 0), maxOutageMs) }));
  const inPause = pauses.flatMap(({ at, until }) => begun.filter((call) => call.at > at && call.at < until));
  expect(inPause).toEqual([]);
  const endsAt = Math.max(0, ...pauses.map(({ until }) => until));
  const back = new Set(begun.filter(({ at }) => at >= endsAt).map(({ lane }) => lane));
  if (endsAt < lastMs - 4_000) expect(back.size).toBe(drawn.lanes);
  // An outage ends the run only when it lasted that long.
  expect(endedAt.filter((at) => at < maxOutageMs)).toEqual([]);
  met.calls += begun.length;
  met.faults += asked.length;
  met.virtualHours += time.now / 3_600_000;
});
