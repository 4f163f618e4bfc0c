import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { childEnvironment, type Environment } from '../config/read-environment';
import { guardReportSchema, type GuardOrder, type GuardRequest } from './guard-protocol';
import { compiledProgram } from './project-root';
import { endUnguarded } from './unguarded';

export interface ProgramOptions {
  /** What it is called in messages. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Receives standard error, and standard output unless `onLine` takes it. */
  readonly logFile: string;
  /** Changes to this process's environment. */
  readonly environment?: Environment;
  readonly cwd?: string;
  readonly user?: { readonly uid: number; readonly gid: number };
  /** What it writes is for its user alone, as its log is. */
  readonly forOwnerOnly?: true;
  readonly stopSignal?: 'SIGINT' | 'SIGTERM';
  /** Milliseconds that it may take to end before it is killed. */
  readonly stopTimeoutMs?: number;
  /** Folders and files removed after its end, even when this process was killed. */
  readonly removeAfter?: readonly string[];
  /** Removed unless it ends with exit 0: what it may have half written. */
  readonly removeOnFailure?: readonly string[];
  /** Stops it when aborted. */
  readonly signal?: AbortSignal;
  /** Called with every line of its standard output. */
  readonly onLine?: (line: string) => void;
}

/** How a program ended. */
export interface ProgramEnd {
  readonly code: number | null;
  readonly signal: string | null;
  /** The signal is what killed its guard: this process ended it then, unless it had ended. */
  readonly guardKilled?: true;
}

/** `SIGKILL`, `exit 1`, or `its guard was killed: SIGKILL`. */
export function describeEnd({ code, signal, guardKilled }: ProgramEnd): string {
  const how = signal ?? `exit ${String(code)}`;
  return guardKilled ? `its guard was killed: ${how}` : how;
}

/** A program that runs as a process of its own and never outlives this one. */
export interface Program {
  readonly name: string;
  readonly pid: number;
  /** Process that keeps it; ends after it. */
  readonly guardPid: number;
  /** Settles when it has ended and its guard has cleaned up, or, where the guard was killed, this process; never rejects. */
  readonly ended: Promise<ProgramEnd>;
  /** The last lines of its log, for a message about its failure. */
  logTail(): string;
  signal(signal: GuardRequest['signal']): void;
  /** Asks it to end and waits until it has. */
  stop(): Promise<void>;
}

/** Starts a program under a guard that ends it when this process ends, however that happens. */
export async function startProgram(options: ProgramOptions): Promise<Program> {
  options.signal?.throwIfAborted();
  const order = toOrder(options);
  const guard = spawnGuard(options, order);
  const ended = watchEnd(guard, order);
  stopOnAbort(guard, options.signal);
  if (options.onLine && guard.stdout) createInterface({ input: guard.stdout }).on('line', options.onLine);
  const pid = await startedPid(guard, options);
  const stop = async (): Promise<void> => {
    if (guard.connected) guard.disconnect();
    await ended;
  };
  return {
    name: options.name,
    pid,
    guardPid: guard.pid ?? pid,
    ended,
    logTail: () => logTail(options.logFile),
    signal: (signal) => {
      if (guard.connected) guard.send({ signal } satisfies GuardRequest);
    },
    stop,
  };
}

function toOrder(options: ProgramOptions): GuardOrder {
  return {
    command: options.command,
    args: [...options.args],
    cwd: options.cwd ?? '/',
    forOwnerOnly: options.forOwnerOnly ?? false,
    stopSignal: options.stopSignal ?? 'SIGTERM',
    stopTimeoutMs: options.stopTimeoutMs ?? 10_000,
    removeAfter: [...(options.removeAfter ?? [])],
    removeOnFailure: [...(options.removeOnFailure ?? [])],
    ...(options.user && { user: { uid: options.user.uid, gid: options.user.gid } }),
  };
}

function spawnGuard(options: ProgramOptions, order: GuardOrder): ChildProcess {
  mkdirSync(dirname(options.logFile), { recursive: true });
  const log = openSync(options.logFile, 'a', 0o600);
  try {
    return spawn(process.execPath, [compiledProgram('local/guard'), JSON.stringify(order)], {
      // A session of its own, so that a Ctrl-C or a closed terminal does not end it before its program.
      detached: true,
      env: childEnvironment(options.environment ?? {}),
      stdio: ['ignore', options.onLine ? 'pipe' : log, log, 'ipc'],
    });
  } finally {
    closeSync(log);
  }
}

function stopOnAbort(guard: ChildProcess, signal: AbortSignal | undefined): void {
  const disconnect = (): void => {
    if (guard.connected) guard.disconnect();
  };
  signal?.addEventListener('abort', disconnect);
  guard.on('exit', () => signal?.removeEventListener('abort', disconnect));
}

function watchEnd(guard: ChildProcess, order: GuardOrder): Promise<ProgramEnd> {
  let end: ProgramEnd | undefined;
  let pid: number | undefined;
  guard.on('message', (message) => {
    const report = guardReportSchema.parse(message);
    if (report.kind === 'started') pid = report.pid;
    if (report.kind === 'ended') end = { code: report.code, signal: report.signal };
  });
  return new Promise((resolve) => {
    guard.on('exit', (code, signal) => {
      // No signal that it can hear ends a guard before its program has ended.
      const cleanedUp = signal !== null && pid !== undefined ? endUnguarded(pid, order) : Promise.resolve();
      void cleanedUp.then(() => {
        resolve(end ?? { code, signal, ...(signal !== null && { guardKilled: true as const }) });
      });
    });
  });
}

function startedPid(guard: ChildProcess, { name, command, logFile, signal }: ProgramOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    guard.on('message', (message) => {
      const report = guardReportSchema.parse(message);
      if (report.kind === 'started') resolve(report.pid);
      if (report.kind === 'not-started') reject(new Error(`${name} did not start (${command}): ${report.reason}`));
    });
    guard.on('error', (error) => {
      reject(new Error(`${name} did not start: its guard failed`, { cause: error }));
    });
    guard.on('exit', () => {
      if (signal?.aborted) reject(toError(signal.reason));
      reject(new Error(`${name} did not start: its guard ended. ${logTail(logFile)}`));
    });
  });
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('given up', { cause: reason });
}

function logTail(logFile: string): string {
  const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-8);
  return `Last lines of ${logFile}:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}
