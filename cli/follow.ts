import { setTimeout as delay } from 'node:timers/promises';
import type { PushProgress, RetrieveCounts } from '../client/system-client';
import { count } from '../core/count';
import { compareHolds, type Hold } from './holds';
import { createBar } from './output/bar';
import type { Screen } from './output/screen';

/** How far a run is: tickets of a push, records of a retrieve. */
export type RunProgress = PushProgress | RetrieveCounts;

/** What is shown of a run while it runs. */
export interface Follower {
  /** `isLast`: how the run ended, told in any case. */
  show(progress: RunProgress, isLast?: boolean): void;
  /** Tells what keeps the run from going on. */
  showHold(words: string): void;
  /** Tells that something of the kind is gone. */
  showOver(words: string): void;
  end(): void;
}

const POLL_MS = 500;
/** Between two looks at what keeps a run from going on, and before the first: most runs have ended by then. */
const HOLD_MS = 2_000;
/** Between two plain lines, unless nothing changed. */
const LINE_MS = 5_000;

/**
 * A progress bar on a terminal, plain lines elsewhere; both go to standard error, so that standard output stays the result. How many records
 * TIXNGO still has is not known, so a retrieve has lines in any case.
 */
export function openFollower(screen: Screen, label: string): Follower {
  const lines = openLines(screen, label);
  if (!process.stderr.isTTY || screen.json) return lines;
  const bar = openBar(label);
  return {
    show: (progress, isLast) => {
      if ('pages' in progress) lines.show(progress, isLast);
      else bar.show(progress);
    },
    // Lines of their own; the bar goes on below them.
    showHold: (words) => {
      bar.end();
      lines.showHold(words);
    },
    showOver: (words) => {
      bar.end();
      lines.showOver(words);
    },
    end: () => {
      bar.end();
    },
  };
}

/** Where progress comes from: of a run that is open, and of one that has ended. */
export interface Progress {
  readonly ask: () => Promise<RunProgress | undefined>;
  readonly readEnd: () => Promise<RunProgress | undefined>;
  /** What keeps the run from going on; undefined when it cannot be had, or nothing of it is to be told any more. */
  readonly listHolds: () => Promise<readonly Hold[] | undefined>;
}

/**
 * Shows progress, asked again and again, until the run has ended. A progress that cannot be had (no worker yet) is left out. What keeps the run
 * from going on is told once, and again only when it has been gone meanwhile; so is that it is gone, if it says so.
 */
export async function followUntil<T>(ended: Promise<T>, follower: Follower, progress: Progress): Promise<T> {
  const { ask, readEnd, listHolds } = progress;
  let open = true;
  const finished = ended.finally(() => (open = false));
  const watch = async (): Promise<void> => {
    while (open) {
      const present = await ask();
      // Before anything is planned there is nothing to show: 0 of 0 would look like the end.
      if (present !== undefined && hasBegun(present)) follower.show(present);
      await Promise.race([delay(POLL_MS), finished.catch(() => undefined)]);
    }
  };
  const watchHolds = async (): Promise<void> => {
    let told: readonly Hold[] = [];
    for (;;) {
      await Promise.race([delay(HOLD_MS, undefined, { ref: false }), finished.catch(() => undefined)]);
      const holds = open ? await listHolds() : undefined;
      // What was asked while the run ended is of no use to anybody.
      if (!open) return;
      if (holds === undefined) continue;
      const change = compareHolds(told, holds);
      for (const { over } of change.gone) if (over !== undefined) follower.showOver(over);
      for (const { words } of change.begun) follower.showHold(words);
      told = change.told;
    }
  };
  try {
    const [result] = await Promise.all([finished, watch(), watchHolds()]);
    const last = await readEnd();
    if (last !== undefined && hasBegun(last)) follower.show(last, true);
    return result;
  } finally {
    follower.end();
  }
}

function hasBegun(progress: RunProgress): boolean {
  return ('pages' in progress ? progress.pages : progress.planned) > 0;
}

/** Tickets of the plan that have an outcome. */
export function countDone(progress: PushProgress): number {
  const { delivered, refused, skipped, simulated, unknown, notTried } = progress;
  return delivered + refused + skipped + simulated + unknown + notTried;
}

function openBar(label: string): { show(progress: PushProgress): void; end(): void } {
  const bar = createBar(
    // The bar is last: what a narrow terminal cuts off is a part of it.
    `${label} {percentage}% {value}/{total} tickets, {refused} refused, {duration_formatted} {bar}`,
  );
  let started = false;
  return {
    show(progress) {
      const done = countDone(progress);
      if (!started) bar.start(progress.planned, done, { refused: progress.refused });
      started = true;
      bar.setTotal(progress.planned);
      bar.update(done, { refused: progress.refused });
    },
    end: () => {
      if (started) bar.stop();
      started = false;
    },
  };
}

function openLines(screen: Screen, label: string): Follower {
  let last = '';
  let lastAt = -Infinity;
  const print = (line: string, isLast: boolean): void => {
    if (line === last || (!isLast && performance.now() - lastAt < LINE_MS)) return;
    last = line;
    lastAt = performance.now();
    screen.talk(line);
  };
  return {
    show: (progress, isLast = false) => {
      print(`${label}: ${describeProgress(progress)}`, isLast);
    },
    showHold: (words) => {
      screen.talk(`${label} waits: ${words}`);
    },
    showOver: (words) => {
      screen.talk(`${label}: ${words}`);
    },
    end: () => undefined,
  };
}

function describeProgress(progress: RunProgress): string {
  if ('pages' in progress) {
    return `${count(progress.records, 'record')} in ${count(progress.pages, 'page')}, ${String(progress.putAside)} put aside`;
  }
  return `${String(countDone(progress))} of ${String(progress.planned)} tickets, ${String(progress.refused)} refused`;
}
