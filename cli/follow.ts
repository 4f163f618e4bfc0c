import { setTimeout as delay } from 'node:timers/promises';
import { SingleBar } from 'cli-progress';
import type { PushProgress } from '../client/system-client';
import type { Screen } from './output/screen';

/** What is shown of a run while it runs. */
export interface Follower {
  /** `isLast`: how the run ended, told in any case. */
  show(progress: PushProgress, isLast?: boolean): void;
  end(): void;
}

const POLL_MS = 500;
/** Between two plain lines, unless nothing changed. */
const LINE_MS = 5_000;

/** A progress bar on a terminal, plain lines elsewhere; both go to standard error, so that standard output stays the result. */
export function openFollower(screen: Screen, label: string): Follower {
  return process.stderr.isTTY && !screen.json ? openBar(label) : openLines(screen, label);
}

/** Where progress comes from: of a run that is open, and of one that has ended. */
export interface Progress {
  readonly ask: () => Promise<PushProgress | undefined>;
  readonly readEnd: () => Promise<PushProgress | undefined>;
}

/** Shows progress, asked again and again, until the run has ended. A progress that cannot be had (no worker yet) is left out. */
export async function followUntil<T>(ended: Promise<T>, follower: Follower, { ask, readEnd }: Progress): Promise<T> {
  let open = true;
  const finished = ended.finally(() => (open = false));
  const watch = async (): Promise<void> => {
    while (open) {
      const progress = await ask();
      // Before anything is planned there is nothing to show: 0 of 0 would look like the end.
      if (progress !== undefined && progress.planned > 0) follower.show(progress);
      await Promise.race([delay(POLL_MS), finished.catch(() => undefined)]);
    }
  };
  try {
    const [result] = await Promise.all([finished, watch()]);
    const last = await readEnd();
    if (last !== undefined && last.planned > 0) follower.show(last, true);
    return result;
  } finally {
    follower.end();
  }
}

/** Tickets of the plan that have an outcome. */
export function countDone(progress: PushProgress): number {
  const { delivered, refused, skipped, simulated, unknown, notTried } = progress;
  return delivered + refused + skipped + simulated + unknown + notTried;
}

function openBar(label: string): Follower {
  const bar = new SingleBar({
    format: `${label} {bar} {percentage}% {value}/{total} tickets, {refused} refused, {duration_formatted}`,
    stream: process.stderr,
    hideCursor: true,
    barsize: 30,
  });
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
      const { planned, refused } = progress;
      print(
        `${label}: ${String(countDone(progress))} of ${String(planned)} tickets, ${String(refused)} refused`,
        isLast,
      );
    },
    end: () => undefined,
  };
}
