import { setTimeout as pause } from 'node:timers/promises';
import { describeEnd, type Program } from './program';

export interface Wait {
  /** What is waited for, for the message: `the health check of the worker`. */
  readonly what: string;
  /** Milliseconds until the wait is given up. */
  readonly timeoutMs: number;
  /** Ends the wait early: a program that has ended will never answer. */
  readonly program?: Program;
}

/** Asks again until the check succeeds; fails with the check's last error when time is over or the program has ended. */
export async function waitFor<T>(check: () => Promise<T>, { what, timeoutMs, program }: Wait): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  const ended = program?.ended.then(describeEnd);
  for (;;) {
    const attempt = await settle(check);
    if ('value' in attempt) return attempt.value;
    const end = await Promise.race([ended ?? pause(25), pause(25)]);
    if (typeof end === 'string') {
      throw new Error(`${what} failed: ${program?.name ?? 'the program'} ended (${end}). ${program?.logTail() ?? ''}`);
    }
    if (performance.now() > deadline) {
      throw new Error(`${what} failed for ${String(timeoutMs)} ms. ${program?.logTail() ?? ''}`, {
        cause: attempt.error,
      });
    }
  }
}

async function settle<T>(check: () => Promise<T>): Promise<{ value: T } | { error: unknown }> {
  try {
    return { value: await check() };
  } catch (error) {
    return { error };
  }
}
