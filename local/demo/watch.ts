import { setTimeout as pause } from 'node:timers/promises';
import { listRuns, type RunRow } from '../../db/queries/operations/list-runs';
import type { ShowProgress } from './screen';
import type { DemoWorld } from './world';

const POLL_MS = 50;

export interface Watch {
  /** What is waited for, for the message when it never comes. */
  readonly what: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Asks again until there is an answer; fails when time is over or the demo is ended. */
export async function until<T>(ask: () => Promise<T | undefined>, { what, timeoutMs, signal }: Watch): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    signal.throwIfAborted();
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) {
      throw new Error(`${what}: not within ${String(timeoutMs / 1000)} s. The logs are in .local/demo-logs`);
    }
    await pause(POLL_MS);
  }
}

export interface Arrivals {
  readonly accepted: number;
  readonly inFlight: number;
}

/** Shows how many tickets the sandbox has accepted, until `done` says that it is enough. */
export async function watchArrivals(
  { sandbox, signal }: DemoWorld,
  { show, done, what }: ArrivalWatch,
): Promise<Arrivals> {
  return await until(
    async () => {
      const arrivals = await countArrivals(sandbox);
      show(arrivals.accepted);
      return done(arrivals) ? arrivals : undefined;
    },
    { what, timeoutMs: 120_000, signal },
  );
}

export interface ArrivalWatch {
  readonly show: ShowProgress;
  readonly done: (arrivals: Arrivals) => boolean;
  readonly what: string;
}

/** Tickets accepted by the sandbox so far, and calls that it is working on. */
export async function countArrivals(sandbox: Pick<DemoWorld['sandbox'], 'callSummary'>): Promise<Arrivals> {
  const { inFlight, tickets } = await sandbox.callSummary();
  return { accepted: tickets.injectTickets?.accepted ?? 0, inFlight };
}

/** The demo's runs so far, oldest first. */
export async function readRuns({ database, startedAtMs }: DemoWorld): Promise<readonly RunRow[]> {
  return await listRuns(database, startedAtMs);
}

/** Waits for the end of the first run of a schedule that planned something. */
export async function waitForClosedRun(world: DemoWorld, schedule: string): Promise<RunRow> {
  const { signal } = world;
  return await until(
    async () => {
      const runs = await readRuns(world);
      return runs.find((run) => run.schedule === schedule && run.planned > 0 && run.closedAtMs !== null);
    },
    { what: `The end of a run of ${schedule}`, timeoutMs: 60_000, signal },
  );
}
