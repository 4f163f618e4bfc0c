import type { ExecutionReport } from '../../../workflows/contract';
import { expectInvariants, expectNothingSentAgain, type InvariantOptions } from '../../helpers/engine-invariants';
import { openRun } from '../../helpers/engine-run';
import { addClub, addTickets, setParallelCalls, setParameters } from '../../helpers/engine-seed';
import { type Engine, type EngineOptions, type EngineWorker, openEngine } from '../../helpers/engine-world';
import type { Luck } from './luck';
import { type SeenCall, witness } from './witness';

/** Calls in flight that the account allows in these tests. */
export const LANES = 4;

/** Schedules of three clubs on one account; each takes a third of the tickets. */
export const SCHEDULES = ['fcx/inject', 'two/inject', 'three/inject'] as const;

/** Several executions at once, of three interfaces on one TIXNGO account, over two workers. */
export interface Crowd {
  readonly engine: Engine;
  readonly workers: readonly EngineWorker[];
  /** Every call since the last reset, in the order in which they began. */
  readonly seen: readonly SeenCall[];
  /** Back to the seed, with so many tickets for each schedule, in calls of so many. */
  reset(tickets: number, parameters?: Readonly<Record<string, unknown>>): Promise<void>;
  /** One execution of every schedule at once, to their reports; each activity goes to a worker by chance. */
  runAll(): Promise<readonly ExecutionReport[]>;
  /** P1 to P5 counted from outside, by what the stand-in has on record and by what the workers saw of their calls. */
  expectInvariants(options?: InvariantOptions): Promise<void>;
  /** The same, P6 at the stand-in, then P7 by running every schedule again; P2 leaves nothing UNKNOWN afterwards. */
  expectAll(options?: InvariantOptions): Promise<void>;
  close(): Promise<void>;
}

export async function openCrowd(name: string, luck: Luck, options: EngineOptions = {}): Promise<Crowd> {
  const engine = await openEngine(name, options);
  const seen: SeenCall[] = [];
  const own = [engine.worker, await engine.openWorker()].map((worker) => ({ ...worker, luck: () => luck.next() }));
  const workers = own.map((worker, number) => witness(worker, number, seen));
  const runAll = () =>
    Promise.all(
      SCHEDULES.map((schedule) => openRun(engine, { schedule, pickWorker: () => luck.pick(workers) }).toEnd()),
    );
  const expectHeld = (invariants: InvariantOptions = {}) =>
    expectInvariants(engine, { heard: countHeard(seen), ...invariants });
  return {
    engine,
    workers,
    seen,
    runAll,
    reset: async (tickets, parameters = {}) => {
      await engine.reset();
      for (const worker of workers) worker.forget();
      seen.length = 0;
      const { pool } = engine.database;
      await setParameters(pool, { ticketIterationSize: 10, ...parameters });
      await setParallelCalls(pool, { interface: 1, parallelCalls: LANES });
      await addTickets(pool, 1, tickets * SCHEDULES.length);
      for (const [id, name] of [
        [2, 'two'],
        [3, 'three'],
      ] as const) {
        await addClub(pool, { id, name });
        await engine.query(
          `update ticket set organization_id = $1, product_id = $1, performance_id = null where id > $2 and id <= $3`,
          [id, tickets * (id - 1), tickets * id],
        );
      }
    },
    expectInvariants: expectHeld,
    expectAll: async (invariants) => {
      await expectHeld(invariants);
      expectNoAnsweredAgain(seen);
      expect((await engine.admin.callSummary()).maxInFlight).toBeLessThanOrEqual(LANES);
      await expectNothingSentAgain(engine, runAll);
    },
    close: () => engine.close(),
  };
}

/** How many answers came under each key that the worker could use. */
function countHeard(seen: readonly SeenCall[]): ReadonlyMap<string, number> {
  const heard = new Map<string, number>();
  for (const { key, failure } of seen) if (failure === undefined) heard.set(key, (heard.get(key) ?? 0) + 1);
  return heard;
}

/** P4: only calls whose answer was lost go out again; an API that honours keys would hide the others. */
function expectNoAnsweredAgain(seen: readonly SeenCall[]): void {
  const answered = new Set<string>();
  const again: SeenCall[] = [];
  // In the order in which they began; one key is that of one call, which is made by one lane at a time.
  for (const call of seen) {
    if (answered.has(call.key)) again.push(call);
    if (call.endedAt !== undefined && call.failure === undefined) answered.add(call.key);
  }
  expect(again).toEqual([]);
}

/** Counts of all reports together. */
export function sum(
  reports: readonly ExecutionReport[],
  field: 'planned' | 'delivered' | 'unknown' | 'notTried' | 'refused',
): number {
  return reports.reduce((total, report) => total + report[field], 0);
}
