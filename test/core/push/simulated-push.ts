import {
  addFailedTry,
  capRetryAfterMs,
  decideAtGate,
  decideQuickRetry,
  type FailedTries,
} from '../../../core/push/gate';
import type { Part } from '../../../core/push/narrow';
import { batchOf, type PlannedTicket, positionsPerBatch, type TicketOutcome } from '../../../core/push/outcome';
import { cutIntoRanges, type Range } from '../../../core/push/ranges';
import { type PastCall, resume } from '../../../core/push/resume';
import { judge } from '../../../core/push/verdict';
import type { PushOptions, SimulatedCall } from './simulated-call';
import { SimulatedGate } from './simulated-gate';
import { type Process, VirtualTime } from './virtual-time';

const deadlineMs = 30_000;
const maxOutageMs = 600_000;
/** A worker that is not seen for so long is dead, and Temporal starts its ranges again a little earlier. */
const [deadAfterMs, restartAfterMs] = [4_000, 3_100];
const neverEndsMs = 24 * 3_600_000;

/**
 * A whole push in virtual time: lanes, ranges, batches, calls, gate and records, with core deciding. The order of things is that of
 * workflows/push-lanes.ts and activities/push/; the records are those that Postgres keeps.
 */
export class SimulatedPush {
  readonly time = new VirtualTime();
  readonly outcomes = new Map<number, TicketOutcome>();
  readonly calls = new Map<number, SimulatedCall[]>();
  readonly batches: ReadonlyMap<number, readonly PlannedTicket[]>;
  /** Calls in flight of the living worker; the most that there were. */
  mostInFlight = 0;
  ending: 'done' | 'outage' = 'done';

  private readonly gate = new SimulatedGate();
  private readonly queue: Range[];
  private readonly diedAt: number[] = [];
  private inFlight = 0;
  private draws = 0;

  constructor(private readonly options: PushOptions) {
    const { tickets, batchSize, window } = options;
    const all = Array.from({ length: tickets }, (_, i): PlannedTicket => {
      const position = Math.floor(i / batchSize) * positionsPerBatch + (i % batchSize);
      return { position, ticketId: `T${i}` };
    });
    const count = Math.ceil(tickets / batchSize);
    this.batches = new Map(
      Array.from({ length: count }, (_, batch) => [batch, all.slice(batch * batchSize, (batch + 1) * batchSize)]),
    );
    this.queue = [...cutIntoRanges(0, count, window)];
  }

  run(): void {
    for (let lane = 0; lane < this.options.window; lane += 1) this.time.start(this.runLane());
    for (const at of this.options.deathsAtMs) this.time.start(this.killAt(), at);
    this.time.run(neverEndsMs);
    this.settleRest();
  }

  private *killAt(): Process {
    this.kill();
    yield 0;
  }

  private kill(): void {
    this.diedAt.push(this.time.now);
    this.inFlight = 0;
  }

  /** Number of the worker that lives now. */
  private get worker(): number {
    return this.diedAt.length;
  }

  private *runLane(): Process {
    for (let range = this.queue.shift(); range !== undefined; range = this.queue.shift()) {
      while ((yield* this.attempt(range)) === 'dead') yield restartAfterMs;
      if (this.ending !== 'done') return;
    }
  }

  private *attempt(range: Range): Process<'finished' | 'dead'> {
    const worker = this.worker;
    for (let batch = range.firstBatch; batch <= range.lastBatch; batch += 1) {
      for (let open = this.openOf(batch); open.length > 0; open = this.openOf(batch)) {
        const end = this.isUnderWay(batch) ? yield* this.look(worker) : yield* this.send(open, { batch, worker });
        if (end === 'dead') return 'dead';
        if (this.ending !== 'done') return 'finished';
      }
    }
    return 'finished';
  }

  private openOf(batch: number): readonly PlannedTicket[] {
    return (this.batches.get(batch) ?? []).filter(({ position }) => !this.outcomes.has(position));
  }

  private callsOf(batch: number): readonly SimulatedCall[] {
    return this.calls.get(batch) ?? [];
  }

  private isUnderWay(batch: number): boolean {
    const { now } = this.time;
    const mayLive = (worker: number) => now < (this.diedAt[worker] ?? Infinity) + deadAfterMs;
    return this.callsOf(batch).some((call) => !call.answered && call.overAt > now && mayLive(call.worker));
  }

  private *look(worker: number): Process<'done' | 'dead'> {
    yield 200;
    return worker === this.worker ? 'done' : 'dead';
  }

  private *send(
    open: readonly PlannedTicket[],
    { batch, worker }: { readonly batch: number; readonly worker: number },
  ): Process<'done' | 'dead'> {
    const past = this.callsOf(batch).map((call): PastCall => ({ ...call, repeated: call.made.length > 1 }));
    const left = resume(open, past);
    let { nextNumber } = left;
    const unnumbered = [...left.again, ...left.fresh].map((part) => ({ part }));
    const queue: { number?: number; part: Part }[] = [...left.repeat, ...unnumbered];
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const number = next.number ?? nextNumber++;
      const end = yield* this.call(next.part, { batch, number, worker });
      if (end === 'dead' || end === 'ended') return end === 'dead' ? 'dead' : 'done';
      queue.unshift(...end.map((part) => ({ part })));
    }
    return 'done';
  }

  /** One call until it is answered; gives what the answer asks for. */
  private *call(
    part: Part,
    at: { readonly batch: number; readonly number: number; readonly worker: number },
  ): Process<readonly Part[] | 'dead' | 'ended'> {
    const { api } = this.options;
    const ids = part.tickets.map(({ ticketId }) => ticketId);
    let failed: FailedTries | undefined;
    for (;;) {
      const passed = yield* this.passGate(at.worker);
      if (passed !== 'announced') return passed;
      const call = this.announce(part, at);
      const beganAtMs = this.time.now;
      yield this.latency();
      const key = ids.join();
      if (at.worker !== this.worker) {
        api.actUnheard(key, ids);
        return 'dead';
      }
      const reply = api.meet(key, ids);
      this.inFlight -= 1;
      if (reply.kind === 'death') {
        this.kill();
        return 'dead';
      }
      if (reply.kind === 'answer') return this.settle(call, judge(part, reply.answer));
      call.overAt = this.time.now;
      failed = addFailedTry(failed, { beganAtMs, failedAtMs: this.time.now });
      if (reply.retryAfterMs !== undefined) {
        this.gate.pause(this.time.now, capRetryAfterMs(reply.retryAfterMs, maxOutageMs));
        continue;
      }
      const quicklyMs = decideQuickRetry(failed, { nowMs: this.time.now, luck: this.draw() });
      if (quicklyMs === undefined) this.gate.fail(this.time.now);
      else yield quicklyMs;
    }
  }

  private *passGate(worker: number): Process<'announced' | 'dead' | 'ended'> {
    for (;;) {
      if (worker !== this.worker) return 'dead';
      if (this.ending !== 'done') return 'ended';
      const view = this.gate.ask(this.time.now);
      if (view === undefined) return 'announced';
      const decision = decideAtGate(view, maxOutageMs, this.draw());
      if (decision.kind === 'end') {
        this.ending = 'outage';
        return 'ended';
      }
      yield decision.forMs;
    }
  }

  private announce(part: Part, at: { readonly batch: number; readonly number: number; readonly worker: number }) {
    const { batch, number, worker } = at;
    const known = this.callsOf(batch).find((call) => call.number === number);
    const positions = part.tickets.map(({ position }) => position);
    const call = known ?? {
      batch,
      number,
      positions,
      answered: false,
      refusedWhole: false,
      overAt: 0,
      worker,
      made: [],
    };
    if (known === undefined) this.calls.set(batch, [...this.callsOf(batch), call]);
    call.overAt = this.time.now + deadlineMs;
    call.worker = worker;
    call.made.push(part.tickets.map(({ ticketId }) => ticketId).join());
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    return call;
  }

  private settle(call: SimulatedCall, verdict: ReturnType<typeof judge>): readonly Part[] {
    this.gate.open();
    call.answered = true;
    call.refusedWhole = verdict.refusedWhole;
    for (const outcome of verdict.outcomes) {
      if (this.outcomes.has(outcome.position)) throw new Error(`${outcome.ticketId} is settled twice`);
      this.outcomes.set(outcome.position, outcome);
    }
    return verdict.again;
  }

  /** As the close does when a run ends early (db/queries/push/settle-rest.ts). */
  private settleRest(): void {
    if (this.ending === 'done') return;
    for (const ticket of [...this.batches.values()].flat()) {
      if (this.outcomes.has(ticket.position)) continue;
      const batch = batchOf(ticket.position);
      const calls = this.callsOf(batch).filter(({ positions }) => positions.includes(ticket.position));
      const isLost = calls.some(({ answered, refusedWhole, made }) => !answered || !refusedWhole || made.length > 1);
      const [outcome, code] = isLost ? (['UNKNOWN', 'ANSWER_LOST'] as const) : (['NOT_TRIED', 'OUTAGE'] as const);
      this.outcomes.set(ticket.position, { ...ticket, outcome, code });
    }
  }

  private latency(): number {
    const { latenciesMs } = this.options;
    return latenciesMs[this.options.api.calls % latenciesMs.length] ?? 20;
  }

  private draw(): number {
    const { luck } = this.options;
    this.draws += 1;
    return luck[this.draws % luck.length] ?? 0;
  }
}
