import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second in /proc; the kernel's interface fixes it at 100 for the machines that we support. */
const ticksPerSecond = 100;

/** A process as /proc/PID/stat shows it. */
export interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  /** CPU that it used itself, and that children which have ended had used. */
  readonly cpuSeconds: number;
}

/** Reads one line of /proc/PID/stat; the name in brackets may hold spaces and brackets of its own. */
export function parseStat(line: string): ProcessStat {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const field = (index: number) => Number(fields[index]);
  const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + field(index), 0);
  return { pid: Number(line.slice(0, line.indexOf(' '))), parent: field(1), cpuSeconds: ticks / ticksPerSecond };
}

/** CPU seconds of a process and of all its descendants, those that have ended included. */
export function readTreeCpuSeconds(root: number): number {
  return listTree(root).reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
}

/** Highest resident memory that the process ever had, in MB; 0 when it is gone. */
export function readPeakMb(pid: number): number {
  return readKb(`/proc/${String(pid)}/status`, 'VmHWM') / 1_024;
}

/** Memory of a process and its descendants now, in MB, with every shared page counted once. */
export function readTreeMb(root: number): number {
  const kb = listTree(root).reduce((sum, { pid }) => sum + readKb(`/proc/${String(pid)}/smaps_rollup`, 'Pss'), 0);
  return kb / 1_024;
}

/** CPU seconds of the whole machine since it started. Interrupts are left out: those of the loopback are our own. */
export interface MachineCpu {
  readonly busySeconds: number;
  readonly seconds: number;
}

/** Reads the first line of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal. */
export function parseMachineCpu(text: string): MachineCpu {
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = text
    .slice(0, text.indexOf('\n'))
    .trim()
    .split(/ +/)
    .slice(1)
    .map(Number);
  const busy = user + nice + system + steal;
  return {
    busySeconds: busy / ticksPerSecond,
    seconds: (busy + idle + iowait + irq + softirq) / ticksPerSecond,
  };
}

export function readMachineCpu(): MachineCpu {
  return parseMachineCpu(readFileSync('/proc/stat', 'utf8'));
}

function listTree(root: number): readonly ProcessStat[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const line = readIfThere(`/proc/${pid}/stat`);
      return line === undefined ? [] : [parseStat(line)];
    });
  const tree = all.filter(({ pid }) => pid === root);
  for (const { pid } of tree) tree.push(...all.filter(({ parent }) => parent === pid));
  return tree;
}

function readKb(path: string, name: string): number {
  const text = readIfThere(path) ?? '';
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0);
}

/** A process may end at any moment: ENOENT when its folder is gone, ESRCH when it goes while it is read. */
function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}
