import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const GUARD_END_MS = 15_000;

/** The process of a local stack that uses this cluster's folder now: the living parent of a living guard. */
function findHolder(folder: string): number | undefined {
  const file = join(folder, 'guard.pid');
  if (!existsSync(file)) return undefined;
  const [guard = 0, starter = 0] = readFileSync(file, 'utf8').split('\n').map(Number);
  const status = `/proc/${String(guard)}/status`;
  if (!isGuard(guard, folder) || !existsSync(status)) return undefined;
  // The guard of a starter that was killed has another parent, and is about to end.
  return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(status, 'utf8'))?.[1]) === starter ? starter : undefined;
}

/** What is said of a folder that another stack uses. */
function describeHolder(folder: string, holder: number): string {
  return `Another local stack uses ${folder}: process ${String(holder)}. End it first (Ctrl-C in its terminal, or kill ${String(holder)}).`;
}

/**
 * Frees a cluster's lock file. A guard whose starter lives belongs to another stack; one whose starter was killed a moment ago is
 * ending its Postgres: it is waited for. A Postgres without its guard (that was killed itself) is ended here. What a power cut
 * left is removed: Postgres gives up for as long as any process of its user, or a thread of one, has the id in its lock file.
 */
export async function endOrphan(folder: string): Promise<void> {
  const holder = findHolder(folder);
  if (holder !== undefined) throw new Error(describeHolder(folder, holder));
  const guard = readPid(join(folder, 'guard.pid'));
  const lockFile = join(folder, 'data', 'postmaster.pid');
  const deadline = performance.now() + GUARD_END_MS;
  while (guard !== undefined && isGuard(guard, folder) && existsSync(lockFile)) {
    if (performance.now() > deadline) {
      throw new Error(`The guard ${String(guard)} of Postgres in ${folder} does not end: kill it`);
    }
    await pause(50);
  }
  const postgres = readPid(lockFile);
  if (postgres === undefined) return;
  if (!isPostgres(postgres, join(folder, 'data'))) {
    rmSync(lockFile, { force: true });
    return;
  }
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

/** Whether the process guards this cluster: the order on its command line is JSON and names the folder of the data. */
function isGuard(pid: number, folder: string): boolean {
  return runs(pid, JSON.stringify(join(folder, 'data')));
}

/** Whether the process is the Postgres of this data: it works in that folder, however that was spelled when it was started. */
function isPostgres(pid: number, data: string): boolean {
  // An editor of its settings is none.
  if (readProcess(pid, 'comm') !== 'postgres\n') return false;
  try {
    const [its, own] = [statSync(`/proc/${String(pid)}/cwd`), statSync(data)];
    return its.ino === own.ino && its.dev === own.dev;
  } catch {
    // A root with fewer rights, as in a container, may not look where another user's process works.
    return runs(pid, data);
  }
}

/** Whether the process lives and is the one meant: a process id is given to others after a restart of the machine. */
export function runs(pid: number, mark: string): boolean {
  return readProcess(pid, 'cmdline').includes(mark);
}

function readProcess(pid: number, file: 'cmdline' | 'comm'): string {
  try {
    return readFileSync(`/proc/${String(pid)}/${file}`, 'utf8');
  } catch {
    // Ended, perhaps between two looks.
    return '';
  }
}
