import {
  medianOf,
  mostOf,
  ratioOf,
  required,
  ticketsPerSecond,
  usageOf,
  type Figure,
  type ReadFigure,
} from './figures';
import type { Crash, HistorySize, Run } from './race';
import type { RaceName } from './races';

/** One line of the table of performance.md: what is measured, from which race, and what it must and should reach. */
export interface Row {
  readonly name: string;
  readonly measure: string;
  readonly race: RaceName;
  /** `quick`: measured by `--quick`. `million`: measured by `--million`, and never without being asked for. */
  readonly size: 'quick' | 'full' | 'million';
  readonly better: 'higher' | 'lower';
  /** Where performance.md names none, the figure is for information. */
  readonly must?: number;
  /** What four cores must reach, where that is more than `must`, which holds on two. */
  readonly fourCores?: number;
  readonly aim?: number;
  readonly read: ReadFigure;
}

type Limits = Pick<Row, 'must' | 'fourCores' | 'aim'>;

export const rows: readonly Row[] = [
  push('push-1k', '1,000 tickets, 20 ms API: ours / plain'),
  push('push-10k', '10,000 tickets, 20 ms API: ours / plain'),
  {
    ...push('push-20k', '20,000 tickets, 20 ms API: ours / plain', { must: 0.75, fourCores: 0.85, aim: 0.92 }),
    size: 'quick',
  },
  { ...push('push-20k-0ms', '20,000 tickets, 0 ms API: ours / plain'), size: 'quick' },
  push('push-20k-503', '20,000, 20 ms, 1 % of calls answer 503: ours / plain', { must: 0.6, aim: 0.85 }),
  push('push-100k', '100,000 tickets, 20 ms API: ours / plain', { must: 0.85, fourCores: 0.92, aim: 1 }),
  push('push-100k-0ms', '100,000, 0 ms API: ours / plain', { must: 0.5, aim: 0.8 }),
  {
    ...cost('cpu', 'CPU s at 100,000, worker + Postgres: ours / plain', { must: 1.6, aim: 1.3 }),
    race: 'push-100k',
    read: ratioOf('ours', 'plain', (run) => cpuSeconds(run, ['sender', 'postgres'])),
  },
  {
    ...cost('cpu-with-server', 'the same with the Temporal server', { must: 2.2, aim: 1.6 }),
    race: 'push-100k',
    read: ratioOf('ours', 'plain', (run) => cpuSeconds(run, ['sender', 'postgres', 'temporal'])),
  },
  {
    ...cost('memory-100k', "worker's peak memory at 100,000, MB", { must: 350, aim: 250 }),
    race: 'push-100k',
    read: medianOf('ours', peakWorkerMb),
  },
  {
    ...cost('crash-20k', 'worker killed at 40 % of 20,000, started at once: all done after, s', {
      must: 12,
      fourCores: 8,
      aim: 7,
    }),
    race: 'crash-20k',
    read: medianOf('crash', (run) => run.seconds),
  },
  {
    ...cost('crash-20k-twice', 'the same, API ignores everything: tickets sent twice', { must: 400, aim: 400 }),
    race: 'crash-20k',
    read: mostOf('crash', (run) => crashOf(run).sentTwice),
  },
  {
    ...cost('crash-20k-lost', 'the same, API knows the ticket id: tickets lost', { must: 0, aim: 0 }),
    race: 'crash-20k-knowing',
    read: mostOf('crash', (run) => crashOf(run).lost),
  },
  {
    ...cost('crash-20k-doubled', 'the same, API knows the ticket id: tickets doubled', { must: 0, aim: 0 }),
    race: 'crash-20k-knowing',
    read: mostOf('crash', (run) => crashOf(run).doubled),
  },
  {
    ...cost('idle-tick', 'a tick with nothing due: SQL statements', { must: 3, aim: 1 }),
    race: 'idle-tick',
    read: medianOf('tick', (run) => required(run.statements, 'statements').length),
  },
  {
    ...cost('idle-tick-history', 'the same: history events', { must: 15, aim: 15 }),
    race: 'idle-tick',
    read: medianOf('tick', (run) => historyOf(run).events),
  },
  {
    ...push('pull-100k', '100,000 records, pages of 1000, 20 ms: ours / plain', {
      must: 0.7,
      fourCores: 0.85,
      aim: 0.9,
    }),
  },
  { ...push('pull-100k-0ms', 'the same, 0 ms: ours / plain', { must: 0.4, fourCores: 0.6, aim: 0.7 }) },
  {
    ...cost('pull-page', 'a page of records: SQL statements, begin and commit included', { must: 12, aim: 8 }),
    race: 'pull-pages',
    read: mostOf('ours', (run) => required(run.statements, 'statements').length),
  },
  {
    ...cost('pull-memory', "worker's peak memory: 1,000,000 records / 100,000", {
      must: 1.5,
      fourCores: 1.2,
      aim: 1.1,
    }),
    race: 'pull-1m',
    size: 'million',
    read: ratioOf('ours', 'ours at 100k', peakWorkerMb),
  },
  {
    ...million('push-1m', '1,000,000 tickets, 20 ms API: ours / plain'),
    better: 'higher',
    read: ratioOf('ours', 'plain', ticketsPerSecond),
  },
  {
    ...million('push-1m-rate', '1,000,000: rate against our own 100,000', { must: 0.9, fourCores: 0.95, aim: 0.97 }),
    better: 'higher',
    read: ratioOf('ours', 'ours at 100k', ticketsPerSecond),
  },
  {
    ...million('memory-growth', "worker's peak memory: 1,000,000 / 100,000", { must: 1.5, fourCores: 1.2, aim: 1.1 }),
    read: ratioOf('ours', 'ours at 100k', peakWorkerMb),
  },
  {
    ...million('first-call-1m', 'start to first call with 1,000,000 due, s', { must: 5, fourCores: 1, aim: 1 }),
    read: medianOf('ours', (run) => required(run.firstCallSeconds, 'first call')),
  },
  {
    ...million('history-1m', 'history of a run of 1,000,000: events', { must: 10_239 }),
    read: mostOf('ours', (run) => historyOf(run).events),
  },
  {
    ...million('history-1m-mb', 'the same: MB', { must: 10 }),
    read: mostOf('ours', (run) => historyOf(run).bytes / 1_000_000),
  },
];

/** What a row must reach on a machine of so many cores. */
export function mustOf(row: Row, cores: number): number | undefined {
  return cores >= 4 ? (row.fourCores ?? row.must) : row.must;
}

/** Whether a figure reaches what is asked; a row that asks for nothing is always reached. */
export function reaches(row: Row, figure: Figure, wanted: number | undefined): boolean {
  if (wanted === undefined) return true;
  return row.better === 'higher' ? figure.value >= wanted : figure.value <= wanted;
}

function push(name: RaceName, measure: string, limits: Limits = {}): Row {
  const read = ratioOf('ours', 'plain', ticketsPerSecond);
  return { name, measure, race: name, size: 'full', better: 'higher', read, ...limits };
}

function cost(name: string, measure: string, limits: Limits) {
  return { name, measure, size: 'full', better: 'lower', ...limits } as const;
}

function million(name: string, measure: string, limits: Limits = {}) {
  return { name, measure, race: 'push-1m', size: 'million', better: 'lower', ...limits } as const;
}

function cpuSeconds(run: Run, processes: readonly ('sender' | 'postgres' | 'temporal')[]): number {
  return processes.reduce((sum, process) => sum + usageOf(run).cpuSeconds[process], 0);
}

function peakWorkerMb(run: Run): number {
  return usageOf(run).peakMb.sender;
}

function crashOf(run: Run): Crash {
  return required(run.crash, 'crash');
}

function historyOf(run: Run): HistorySize {
  return required(run.history, 'history');
}
