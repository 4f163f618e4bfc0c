import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const GUARD_END_MS = 15_000;

/**
 * Frees a cluster's lock file. A guard that still runs belongs to another start, or to one that was killed a moment ago and is
 * ending its Postgres: it is waited for. A Postgres without its guard (that was killed itself) is ended here.
 */
export async function endOrphan(folder: string): Promise<void> {
  const guard = readPid(join(folder, 'guard.pid'));
  const lockFile = join(folder, 'data', 'postmaster.pid');
  const deadline = performance.now() + GUARD_END_MS;
  while (guard !== undefined && runs(guard, 'guard') && existsSync(lockFile)) {
    if (performance.now() > deadline) {
      throw new Error(
        `Another local stack uses ${folder} (process ${String(guard)}): stop it, or choose another folder`,
      );
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
function runs(pid: number, mark: string): boolean {
  const file = `/proc/${String(pid)}/cmdline`;
  return existsSync(file) && readFileSync(file, 'utf8').includes(mark);
}
