import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { z } from 'zod';

/** Names and values as the operating system gives them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where a running local stack (`tixngo up`) says how to reach it, below the working folder. Readable for its owner only. */
export const RUNNING_STACK_FILE = join('.local', 'stack.json');

/** What RUNNING_STACK_FILE holds: the process that owns the stack, and the settings that reach it. */
export const runningStackSchema = z.object({ pid: z.number().int(), environment: z.record(z.string(), z.string()) });

/**
 * The environment of this process; what it lacks comes from `.env`, then from the local stack that runs in the same folder,
 * so that `npx tixngo status` finds what `npm run up` started without a setting.
 */
export function readEnvironment(folder = process.cwd()): Environment {
  return { ...runningStack(folder), ...dotEnv(folder), ...process.env };
}

/** The environment for a child process: all of this process's, with the changes. */
export function childEnvironment(changes: Environment): Environment {
  return { ...process.env, ...changes };
}

function dotEnv(folder: string): Environment {
  const text = readIfThere(join(folder, '.env'));
  return text === undefined ? {} : parseEnv(text);
}

function runningStack(folder: string): Environment {
  const text = readIfThere(join(folder, RUNNING_STACK_FILE));
  if (text === undefined) return {};
  const stack = runningStackSchema.parse(JSON.parse(text));
  return isAlive(stack.pid) ? stack.environment : {};
}

/** A stack that was killed leaves its file behind: it counts only while its process lives. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function errorCode(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
