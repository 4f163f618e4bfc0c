import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const GUARD_END_MS = 15_000;

/** The process of a local stack that uses this cluster's folder now: the living parent of a living guard. */
function findHolder(folder: string): number | undefined {
  const file = join(folder, 'guard.pid');
  if (!existsSync(file)) return undefined;
  const [guard = 0, starter = 0] = readFileSync(file, 'utf8').split('\n').map(Number);
  const status = `/proc/${String(guard)}/status`;
  if (!runs(guard, 'guard') || !existsSync(status)) return undefined;
  // The guard of a starter that was killed has another parent, and is about to end.
  return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(status, 'utf8'))?.[1]) === starter ? starter : undefined;
}

/** What is said of a folder that another stack uses. */
function describeHolder(folder: string, holder: number): string {
  return `Another local stack uses ${folder}: process ${String(holder)}. End it first (Ctrl-C in its terminal, or kill ${String(holder)}).`;
}

/**
 * Frees a cluster's lock file. A guard whose starter lives belongs to another stack; one whose starter was killed a moment ago is
 * ending its Postgres: it is waited for. A Postgres without its guard (that was killed itself) is ended here.
 */
export async function endOrphan(folder: string): Promise<void> {
  const holder = findHolder(folder);
  if (holder !== undefined) throw new Error(describeHolder(folder, holder));
  const guard = readPid(join(folder, 'guard.pid'));
  const lockFile = join(folder, 'data', 'postmaster.pid');
  const deadline = performance.now() + GUARD_END_MS;
  while (guard !== undefined && runs(guard, 'guard') && existsSync(lockFile)) {
    if (performance.now() > deadline) {
      throw new Error(`The guard ${String(guard)} of Postgres in ${folder} does not end: kill it`);
    }
    await pause(50);
  }
  const postgres = readPid(lockFile);
  if (postgres === undefined || !runs(postgres, join(folder, 'data'))) return;
  process.kill(postgres, 'SIGINT');
  while (existsSync(lockFile)) {
    if (performance.now() > deadline)
      throw new Error(`Postgres ${String(postgres)} in ${folder} does not end: kill it`);
    await pause(50);
  }
}

/** The first line of a lock file is a process id. */
function readPid(file: string): number | undefined {
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

/** Whether the process lives and is the one meant: a process id is given to others after a restart of the machine. */
export function runs(pid: number, mark: string): boolean {
  try {
    return readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8').includes(mark);
  } catch {
    // Ended, perhaps between two looks.
    return false;
  }
}
