import { readFileSync, statfsSync } from 'node:fs';
import type { Race } from './race';

/** The machine lacks what a measurement needs: there would be figures of its swapping, not of us. */
export class MachineTooSmall extends Error {
  override readonly name = 'MachineTooSmall';
}

/** Gigabytes (2^30 bytes) of memory that can be had and of disk that is free. */
export interface Room {
  readonly memoryGb: number;
  readonly diskGb: number;
}

/** The servers, a worker and the API take about 1.5 GB; beside them the API and the bench keep a count for each ticket. */
const leastMemoryGb = 2;
const memoryBytesPerTicket = 2_500;
/** A seeded database is 5 KB a ticket, a run adds 2 KB in it and as much in the log of changes. */
const seededBytesPerTicket = 7_000;
const runBytesPerTicket = 14_000;
const leastDiskGb = 3;
const gb = 2 ** 30;

/** What a race needs: seeded databases are kept until the bench ends, so `seeded` names the sizes that are there by then. */
export function roomFor(race: Race, seeded: ReadonlySet<number>): Room {
  const largest = Math.max(...race.map(({ due }) => due));
  const kept = [...seeded].reduce((sum, due) => sum + due, 0);
  return {
    memoryGb: leastMemoryGb + (largest * memoryBytesPerTicket) / gb,
    diskGb: leastDiskGb + (kept * seededBytesPerTicket + largest * runBytesPerTicket) / gb,
  };
}

/** What is wanted for the races of these names and not there, in words; undefined when all is there. */
export function findShortage(races: ReadonlyMap<string, Race>, there: Room): string | undefined {
  const seeded = new Set<number>();
  for (const [name, race] of races) {
    for (const { due } of race) seeded.add(due);
    const needed = roomFor(race, seeded);
    if (there.memoryGb < needed.memoryGb)
      return `${toGb(there.memoryGb)} of memory are available, ${name} needs ${toGb(needed.memoryGb)}`;
    if (there.diskGb < needed.diskGb)
      return `${toGb(there.diskGb)} of disk are free, ${name} needs ${toGb(needed.diskGb)}`;
  }
  return undefined;
}

/** Throws MachineTooSmall unless there is room for all races; `folder` is where the databases will be. */
export function requireRoom(folder: string, races: ReadonlyMap<string, Race>): void {
  const shortage = findShortage(races, readRoom(folder));
  if (shortage !== undefined) throw new MachineTooSmall(`${shortage}: no figure`);
}

function toGb(amount: number): string {
  return `${amount.toFixed(1)} GB`;
}

function readRoom(folder: string): Room {
  const { bavail, bsize } = statfsSync(folder);
  return {
    memoryGb: toMemoryGb(readFileSync('/proc/meminfo', 'utf8'), process.constrainedMemory()),
    diskGb: (bavail * bsize) / gb,
  };
}

/**
 * What the machine can give, in GB of 2^30, or the limit of the control group (a container's) where that is less; `limitBytes` is 0 where no limit is
 * known. What the group uses already is not taken off, as `process.availableMemory()` does: files in its cache count there, and give way when memory
 * is asked for.
 */
export function toMemoryGb(meminfo: string, limitBytes: number): number {
  const available = Number(/^MemAvailable:\s+(\d+) kB/m.exec(meminfo)?.[1]) * 1_024;
  return (limitBytes === 0 ? available : Math.min(available, limitBytes)) / gb;
}
