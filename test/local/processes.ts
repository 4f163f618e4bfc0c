import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PROJECT_ROOT } from '../../local/project-root';

const MARK = 'TIXNGO_TEST_MARK';

const LONGEST_WAIT_MS = 45_000;

/** Asks again until the condition holds; fails before Jest's own time-out would, so that nothing asks on after the test. */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + LONGEST_WAIT_MS;
  while (!condition()) {
    if (performance.now() > deadline)
      throw new Error(`Waited ${String(LONGEST_WAIT_MS)} ms in vain for ${condition.toString()}`);
    await pause(20);
  }
}

/** Ends what a failed test has left, so that it does not disturb the next one; returns how much that was. */
export function killAllOf(mark: string): number {
  const left = processesOf(mark);
  for (const pid of left) process.kill(pid, 'SIGKILL');
  return left.length;
}

/** Ids of the processes that carry the mark in their command line, or in the environment that they inherited. */
export function processesOf(mark: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter(
      (pid) => readProcess(pid, 'cmdline').includes(mark) || readProcess(pid, 'environ').includes(`${MARK}=${mark}`),
    )
    .map(Number);
}

function readProcess(pid: string, file: 'cmdline' | 'environ'): string {
  try {
    return readFileSync(join('/proc', pid, file), 'utf8');
  } catch {
    // Ended a moment ago, or another user's.
    return '';
  }
}

/** A program that lives as a parent of what is tested, told by its lines on standard output. */
export interface Parent {
  readonly child: ChildProcess;
  /** Everything that it has said so far. */
  readonly lines: readonly string[];
  /** Waits for a line that begins so. */
  says(beginning: string): Promise<string>;
  /** Sends the signal and waits for the end; returns the exit code, or the signal's name. */
  end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

/** Runs a script on the compiled program in a process of its own; all that it starts carries the mark. */
export function startParent(script: string, mark: string, environment: Readonly<Record<string, string>> = {}): Parent {
  const child = spawn(process.execPath, ['-e', script], {
    cwd: PROJECT_ROOT,
    env: { ...process.env, ...environment, [MARK]: mark },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => lines.push(...chunk.toString('utf8').split('\n')));
  }
  return {
    child,
    lines,
    says: async (beginning) => {
      const found = (): string | undefined => lines.find((line) => line.startsWith(beginning));
      await until(() => {
        if (found() !== undefined) return true;
        if (child.exitCode !== null)
          throw new Error(`The program ended before it said "${beginning}":\n${lines.join('\n')}`);
        return false;
      });
      return found() ?? '';
    },
    end: async (signal) => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill(signal);
        await once(child, 'exit');
      }
      return child.signalCode ?? child.exitCode ?? 0;
    },
  };
}
