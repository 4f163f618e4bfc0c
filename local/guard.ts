// A program that keeps one other program for as long as its parent lives. The kernel closes the channel to the parent when that
// ends, even by SIGKILL; then the kept program is stopped and what it leaves is removed. Postgres and the Temporal server would
// otherwise outlive a killed parent (stack.md "Postgres on any machine").
import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { guardOrderSchema, guardRequestSchema, type GuardOrder, type GuardReport } from './guard-protocol';

guard(guardOrderSchema.parse(JSON.parse(process.argv[2] ?? 'null')));

function guard(order: GuardOrder): void {
  // The program inherits it: one that is not ours has no setting for the modes of its files.
  if (order.forOwnerOnly) process.umask(0o077);
  // A group of its own: a Ctrl-C in the terminal is for the parent alone, which then stops its programs in order. Its standard
  // input is a pipe that this guard holds, so a program that ends with its input ends even if the guard itself is killed.
  const program = spawn(order.command, order.args, {
    cwd: order.cwd,
    detached: true,
    stdio: ['pipe', 'inherit', 'inherit'],
    ...order.user,
  });
  program.on('error', (error) => {
    report({ kind: 'not-started', reason: error.message });
    finish(order, 1);
  });
  program.on('spawn', () => {
    if (program.pid !== undefined) report({ kind: 'started', pid: program.pid });
  });
  program.on('exit', (code, signal) => {
    report({ kind: 'ended', code, signal });
    finish(order, code ?? 1);
  });
  obeyParent(order, program);
}

function obeyParent(order: GuardOrder, program: ChildProcess): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    signalGroup(program, order.stopSignal);
    setTimeout(() => {
      signalGroup(program, 'SIGKILL');
    }, order.stopTimeoutMs).unref();
  };
  process.on('disconnect', stop);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  process.on('message', (message) => {
    signalGroup(program, guardRequestSchema.parse(message).signal);
  });
}

/** The whole group: `go build` has compilers below it. */
function signalGroup(program: ChildProcess, signal: NodeJS.Signals): void {
  if (program.pid === undefined || program.exitCode !== null || program.signalCode !== null) return;
  try {
    process.kill(-program.pid, signal);
  } catch (error) {
    // Ended a moment ago; its 'exit' event is on the way.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function finish(order: GuardOrder, exitCode: number): void {
  const failed = exitCode === 0 ? [] : order.removeOnFailure;
  for (const path of [...order.removeAfter, ...failed]) rmSync(path, { recursive: true, force: true });
  process.exitCode = exitCode;
  if (process.connected) process.disconnect();
}

function report(message: GuardReport): void {
  // A parent that is gone hears nothing: that is why the guard is ending.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}
