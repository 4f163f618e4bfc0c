import { count } from '../../core/count';
import { countUnanswered } from '../../db/queries/operations/count-unanswered';
import { toCount } from './screen';
import { countArrivals } from './watch';
import type { DemoWorld } from './world';

/** The parts of the demo's world that a kill needs. */
export interface KillWorld {
  readonly screen: Pick<DemoWorld['screen'], 'say' | 'paint'>;
  readonly stack: Pick<DemoWorld['stack'], 'killWorker'>;
  readonly sandbox: Pick<DemoWorld['sandbox'], 'callSummary'>;
  readonly database: DemoWorld['database'];
  readonly startedAtMs: number;
}

/**
 * Kills the worker as a crash would, and tells what stood when it was dead: until then it makes calls. Those without an answer are counted in
 * Postgres, for they go out again: the sandbox may have answered some to a worker that did not live to record it, and has not seen one that was
 * only announced, which comes for the first time then.
 */
export async function killWorker({ screen, stack, sandbox, database, startedAtMs }: KillWorld): Promise<void> {
  await stack.killWorker('SIGKILL');
  const [{ accepted }, unanswered] = await Promise.all([
    countArrivals(sandbox),
    countUnanswered(database, startedAtMs),
  ]);
  screen.say(
    `${screen.paint('red', 'SIGKILL')} to the worker: ${toCount(accepted)} tickets accepted, ${count(unanswered, 'call')} on record without an answer, under way or about to go out.`,
  );
}
