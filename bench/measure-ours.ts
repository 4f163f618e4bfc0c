import type { SystemClient } from '../client/system-client';
import { startWorker } from '../local/stack-worker';
import type { Arena, Timed } from './arena';
import { readHistorySize } from './history-size';
import { startMeter } from './meter';
import { type OurRun, withClient } from './our-run';

/** How a run of ours is started, and what its report says when it is closed. */
export interface OurCourse {
  readonly start: (client: SystemClient) => Promise<OurRun>;
  readonly waitForReport: (client: SystemClient, run: OurRun) => Promise<NonNullable<Timed['report']>>;
}

/** The product as users get it: a worker process, the workflow started, until its report says closed. */
export async function measureOurs({ stage, database, sandbox }: Arena, course: OurCourse): Promise<Timed> {
  const { environment } = database;
  const worker = await startWorker({ environment, logFolder: stage.logFolder });
  try {
    return await withClient(environment, async (client) => {
      const stopMeter = startMeter({
        sender: worker.pid,
        postgres: stage.postgresPid,
        temporal: stage.temporalPid,
        sandbox: sandbox.pid,
      });
      const startedAt = Date.now();
      const start = performance.now();
      const run = await course.start(client);
      const report = await course.waitForReport(client, run);
      const seconds = (performance.now() - start) / 1_000;
      const metered = stopMeter();
      return { startedAt, seconds, ...metered, report, history: await readHistorySize(environment, run) };
    });
  } finally {
    await worker.stop();
  }
}
