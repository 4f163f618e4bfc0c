import { Context } from '@temporalio/activity';

const heartbeatEveryMs = 1_000;

/** Tells whether the activity should stop: its run was cancelled, paused in the UI or lost, or the worker's grace time is over. */
export interface Beat {
  readonly isCancelled: () => boolean;
  /** What each heartbeat says from now on: Temporal hands it to the next attempt, and to the workflow when the time for attempts ends. */
  readonly tell: (detail: string | undefined) => void;
  /** Waits, but no longer than until a cancellation. */
  readonly sleep: (ms: number) => Promise<void>;
}

/**
 * Heartbeats by a timer of its own, not after each batch: else one slow call would make a second attempt beside a healthy one
 * (architecture.md, "Settings that matter").
 */
export async function withHeartbeat<Result>(
  work: (beat: Beat) => Promise<Result>,
  onBeat: () => void = () => undefined,
): Promise<Result> {
  const context = Context.current();
  const signal = context.cancellationSignal;
  // What the attempt before said holds until this one knows better.
  let detail: unknown = context.info.heartbeatDetails;
  const timer = setInterval(() => {
    context.heartbeat(detail);
    onBeat();
  }, heartbeatEveryMs);
  context.heartbeat(detail);
  try {
    return await work({
      isCancelled: () => signal.aborted,
      tell: (told) => {
        detail = told;
      },
      sleep: (ms) => sleepUnlessAborted(ms, signal),
    });
  } finally {
    clearInterval(timer);
  }
}

function sleepUnlessAborted(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}
