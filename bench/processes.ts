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

/** Numbers of the cores that this process, and what it starts, may use: under `taskset` not all of the machine. */
export function readAllowedCores(): readonly number[] {
  return parseAllowedCores(readFileSync('/proc/self/status', 'utf8'));
}

/** Reads the list of /proc/PID/status, such as 0-1,3. */
export function parseAllowedCores(status: string): readonly number[] {
  const list = /^Cpus_allowed_list:\s+([\d,-]+)$/m.exec(status)?.[1];
  if (list === undefined) throw new Error('The kernel does not tell which cores the bench may use');
  return list.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

/** CPU seconds of some cores together since the machine started. Interrupts are left out: those of the loopback are our own. */
export interface CoresCpu {
  readonly busySeconds: number;
  readonly seconds: number;
}

/** Reads these cores' lines of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal. A core that is switched off has none. */
export function parseCoresCpu(text: string, cores: readonly number[]): CoresCpu {
  const names = new Set(cores.map((core) => `cpu${String(core)}`));
  const lines = text.split('\n').map((line) => line.split(/ +/));
  const found = lines.filter(([name = '']) => names.has(name)).map(([, ...ticks]) => ticks.map(Number));
  if (found.length === 0) throw new Error(`/proc/stat shows none of the cores ${cores.join(', ')}`);
  const sum = { busy: 0, rest: 0 };
  for (const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] of found) {
    sum.busy += user + nice + system + steal;
    sum.rest += idle + iowait + irq + softirq;
  }
  return { busySeconds: sum.busy / ticksPerSecond, seconds: (sum.busy + sum.rest) / ticksPerSecond };
}

export function readCoresCpu(cores: readonly number[]): CoresCpu {
  return parseCoresCpu(readFileSync('/proc/stat', 'utf8'), cores);
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
