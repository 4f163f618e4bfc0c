import type { ContenderName, Race, RaceResult, Run } from './race';
import { median } from './median';

/** The races that rows read their figures from; a race is run once however many rows read it. */
export const races = {
  'push-20k': { due: 20_000, latencyMs: 20 },
  'push-20k-0ms': { due: 20_000, latencyMs: 0 },
  'push-100k': { due: 100_000, latencyMs: 20 },
  'push-100k-0ms': { due: 100_000, latencyMs: 0 },
} as const satisfies Readonly<Record<string, Race>>;

export type RaceName = keyof typeof races;

/** One line of the table of performance.md: what is measured, from which race, and what it must and should reach. */
export interface Row {
  readonly name: string;
  readonly measure: string;
  readonly race: RaceName;
  /** Whether `--quick` measures it. */
  readonly quick: boolean;
  readonly better: 'higher' | 'lower';
  /** Where performance.md names none, the figure is for information. */
  readonly must?: number;
  readonly aim?: number;
  readonly read: (result: RaceResult) => Figure;
}

/** A measured value with the least and the most of its runs. */
export interface Figure {
  readonly value: number;
  readonly spread: readonly [number, number];
}

const higher = { better: 'higher', read: ratioOf(ticketsPerSecond) } as const;
const lower = { better: 'lower' } as const;

export const rows: readonly Row[] = [
  { name: 'push-20k', measure: '20,000 tickets, 20 ms API: ours / plain', ...row('push-20k', true, 0.75, 0.92) },
  { name: 'push-20k-0ms', measure: '20,000 tickets, 0 ms API: ours / plain', ...row('push-20k-0ms', true) },
  { name: 'push-100k', measure: '100,000 tickets, 20 ms API: ours / plain', ...row('push-100k', false, 0.85, 1) },
  { name: 'push-100k-0ms', measure: '100,000, 0 ms API: ours / plain', ...row('push-100k-0ms', false, 0.5, 0.8) },
  {
    ...lower,
    name: 'cpu',
    measure: 'CPU s at 100,000, worker + Postgres: ours / plain',
    race: 'push-100k',
    quick: false,
    must: 1.6,
    aim: 1.3,
    read: ratioOf((run) => run.cpuSeconds.sender + run.cpuSeconds.postgres),
  },
  {
    ...lower,
    name: 'cpu-with-server',
    measure: 'the same with the Temporal server',
    race: 'push-100k',
    quick: false,
    must: 2.2,
    aim: 1.6,
    read: ratioOf((run) => run.cpuSeconds.sender + run.cpuSeconds.postgres + run.cpuSeconds.temporal),
  },
  {
    ...lower,
    name: 'memory-100k',
    measure: "worker's peak memory at 100,000, MB",
    race: 'push-100k',
    quick: false,
    must: 350,
    aim: 250,
    read: ({ ours }) => toFigure(ours.map((run) => run.peakMb.sender)),
  },
];

/** Whether a figure reaches what is asked; a row that asks for nothing is always reached. */
export function reaches(row: Row, figure: Figure, wanted: number | undefined): boolean {
  if (wanted === undefined) return true;
  return row.better === 'higher' ? figure.value >= wanted : figure.value <= wanted;
}

export function ticketsPerSecond(run: Run): number {
  return run.tickets / run.seconds;
}

function row(race: RaceName, quick: boolean, ...[must, aim]: readonly number[]) {
  return { ...higher, race, quick, ...(must === undefined ? {} : { must }), ...(aim === undefined ? {} : { aim }) };
}

/** The ratio of the medians; its spread is that of the pairs of one turn. */
function ratioOf(quantity: (run: Run) => number): Row['read'] {
  return (result) => {
    const of = (name: ContenderName) => result[name].map(quantity);
    const [ours, plain] = [of('ours'), of('plain')];
    const pairs = ours.flatMap((value, turn) => {
      const other = plain[turn];
      return other === undefined ? [] : [value / other];
    });
    return { ...toFigure(pairs), value: median(ours) / median(plain) };
  };
}

function toFigure(values: readonly number[]): Figure {
  return { value: median(values), spread: [Math.min(...values), Math.max(...values)] };
}
