import { join } from 'node:path';
import type { Environment } from '../config/read-environment';
import { workerHeapOptions } from '../config/worker-heap';
import { freePort } from './free-port';
import { startProgram, type ProgramEnd } from './program';
import { compiledProgram, PROJECT_ROOT } from './project-root';
import { waitFor } from './wait-for';

export interface WorkerOptions {
  /** Changes to the environment: addresses, keys. */
  readonly environment: Environment;
  readonly logFolder: string;
  /** Port of `/healthz` and `/readyz`; a free one unless given. */
  readonly healthPort?: number;
  readonly signal?: AbortSignal;
}

/** A worker process of the stack. */
export interface StackWorker {
  readonly pid: number;
  /** Root of `/healthz` and `/readyz`. */
  readonly healthUrl: string;
  readonly ended: Promise<ProgramEnd>;
  /** Settles when it has ended and neither `kill` nor `stop` asked it to. */
  readonly endedByItself: Promise<ProgramEnd>;
  /** Sends a signal and, when that ends it, waits for the end. SIGSTOP freezes it, SIGCONT thaws it. */
  kill(signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): Promise<void>;
  /** Lets calls in flight end, then ends. */
  stop(): Promise<void>;
}

const READY_TIMEOUT_MS = 60_000;
/** The grace for calls in flight (40 s unless set) and some more (stack.md). */
const STOP_TIMEOUT_MS = 60_000;

/** Starts `worker/main` and waits until it says that it runs and reaches Temporal and Postgres. */
export async function startWorker({ environment, logFolder, healthPort, signal }: WorkerOptions): Promise<StackWorker> {
  const port = healthPort ?? (await freePort());
  const healthUrl = `http://127.0.0.1:${String(port)}`;
  const program = await startProgram({
    name: 'the worker',
    command: process.execPath,
    args: [...workerHeapOptions(environment), compiledProgram('worker/main')],
    cwd: PROJECT_ROOT,
    environment: { ...environment, WORKER_HEALTH_PORT: String(port) },
    logFile: join(logFolder, 'worker.log'),
    stopTimeoutMs: STOP_TIMEOUT_MS,
    ...(signal && { signal }),
  });
  try {
    for (const path of ['/healthz', '/readyz']) {
      const what = `${path} of the worker on port ${String(port)}`;
      await waitFor(() => checkHealth(healthUrl + path), { what, timeoutMs: READY_TIMEOUT_MS, program });
    }
  } catch (error) {
    await program.stop();
    throw error;
  }
  let asked = false;
  const endedByItself = new Promise<ProgramEnd>((resolve) => {
    void program.ended.then((end) => {
      if (!asked) resolve(end);
    });
  });
  return {
    pid: program.pid,
    healthUrl,
    ended: program.ended,
    endedByItself,
    kill: async (name) => {
      const ends = name === 'SIGKILL' || name === 'SIGTERM';
      asked ||= ends;
      program.signal(name);
      if (ends) await program.ended;
    },
    stop: () => {
      asked = true;
      // One that is frozen cannot hear SIGTERM, and its end would take as long as the longest call may.
      program.signal('SIGCONT');
      return program.stop();
    },
  };
}

async function checkHealth(url: string): Promise<void> {
  const { ok, status } = await fetch(url, { signal: AbortSignal.timeout(2_000) });
  if (!ok) throw new Error(`${url} answered ${String(status)}`);
}
