import { readFileSync, statfsSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';

/** What figures were measured on. */
export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
}

/** Describes this machine. */
export function describeMachine(): Machine {
  const processors = cpus();
  return {
    cores: processors.length,
    processor: processors[0]?.model.trim() ?? 'unknown',
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `Linux ${release()}`,
    node: process.version,
  };
}

/** The machine lacks what a measurement needs: there would be figures of its swapping, not of us. */
export class MachineTooSmall extends Error {
  override readonly name = 'MachineTooSmall';
}

const leastMemoryGb = 2;
/** Template, copy, log of changes: measured at 7 KB a ticket, three times that to be safe, and some for the servers. */
const diskGb = (due: number): number => 3 + (due * 21_000) / 2 ** 30;

/** Throws MachineTooSmall when memory or disk do not suffice for a season of `due` tickets. */
export function requireRoom(folder: string, due: number): void {
  const available = Number(/^MemAvailable:\s+(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]) / 2 ** 20;
  if (available < leastMemoryGb) {
    throw new MachineTooSmall(
      `${available.toFixed(1)} GB of memory are available, ${String(leastMemoryGb)} are needed: no figure`,
    );
  }
  const { bavail, bsize } = statfsSync(folder);
  const free = (bavail * bsize) / 2 ** 30;
  if (free < diskGb(due)) {
    throw new MachineTooSmall(
      `${free.toFixed(1)} GB of disk are free in ${folder}, ${diskGb(due).toFixed(1)} are needed: no figure`,
    );
  }
}
