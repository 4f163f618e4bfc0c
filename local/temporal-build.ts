import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { lock } from 'proper-lockfile';
import { PROJECT_ROOT } from './project-root';
import { startProgram } from './program';

export interface TemporalBuild {
  /** Folder that keeps the built program. */
  readonly cache: string;
  /** The `go` program. */
  readonly go: string;
  /** Told that a build runs, and how long that takes. */
  readonly tell: (line: string) => void;
  /** Gives the build, or the wait for another one, up. */
  readonly signal?: AbortSignal | undefined;
}

const MODULE = join(PROJECT_ROOT, 'local', 'temporal-cli');
const PACKAGE = 'github.com/temporalio/cli/cmd/temporal';
const STILL_BUILDING_MS = 30_000;
const LOCK_POLL_MS = 250;
const LONGEST_WAIT_MS = 20 * 60_000;

/** Path of the program that a build leaves in the cache; the version of `local/temporal-cli/go.mod` is in its name. */
export function builtTemporal(cache: string): string {
  const version = /github\.com\/temporalio\/cli v(\S+)/.exec(readFileSync(join(MODULE, 'go.mod'), 'utf8'))?.[1];
  if (version === undefined) throw new Error(`${MODULE}/go.mod names no version of github.com/temporalio/cli`);
  return join(cache, `temporal-${version}-${process.platform}-${process.arch}`);
}

/** Builds the Temporal server from the Go module proxy, once per machine: of two starts one builds and the other waits. */
export async function buildTemporal(build: TemporalBuild): Promise<string> {
  const target = builtTemporal(build.cache);
  const release = await takeLock(build);
  try {
    if (!existsSync(target)) await compile(build, target);
    return target;
  } finally {
    await release();
  }
}

async function takeLock({ cache, tell, signal }: TemporalBuild): Promise<() => Promise<void>> {
  mkdirSync(cache, { recursive: true });
  const deadline = performance.now() + LONGEST_WAIT_MS;
  for (let waiting = false; ; waiting = true) {
    signal?.throwIfAborted();
    try {
      return await lock(cache, { lockfilePath: join(cache, 'temporal-build.lock') });
    } catch (error) {
      const isLocked = error instanceof Error && 'code' in error && error.code === 'ELOCKED';
      if (!isLocked || performance.now() > deadline) throw error;
    }
    if (!waiting) tell('Temporal: another start is building the server; waiting for it.');
    await pause(LOCK_POLL_MS);
  }
}

async function compile({ cache, go, tell, signal }: TemporalBuild, target: string): Promise<void> {
  const half = `${target}.half`;
  rmSync(half, { force: true });
  const started = performance.now();
  tell('Temporal: building the server with Go, once per machine; usually 90 s on 4 cores, 3 minutes on 2.');
  const program = await startProgram({
    name: 'go build',
    command: go,
    args: ['build', '-ldflags=-s -w', '-o', half, PACKAGE],
    cwd: MODULE,
    logFile: join(cache, 'temporal-build.log'),
    removeOnFailure: [half],
    ...(signal && { signal }),
  });
  const secondsSoFar = (): string => String(Math.round((performance.now() - started) / 1000));
  const timer = setInterval(() => {
    tell(`Temporal: still building (${secondsSoFar()} s).`);
  }, STILL_BUILDING_MS);
  const end = await program.ended;
  clearInterval(timer);
  signal?.throwIfAborted();
  if (end.code !== 0)
    throw new Error(`go build failed (${end.signal ?? `exit ${String(end.code)}`}). ${program.logTail()}`);
  renameSync(half, target);
  tell(`Temporal: built in ${secondsSoFar()} s and kept in ${cache}.`);
}
