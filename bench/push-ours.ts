import { startWorker } from '../local/stack-worker';
import type { Arena, Timed } from './arena';
import { readHistorySize } from './history-size';
import { startMeter } from './meter';
import { startOurRun, waitForReport, withClient } from './our-run';

/** The product as users get it: a worker process, the workflow started, until its report says closed. */
export async function pushOurs({ stage, database, sandbox }: Arena): Promise<Timed> {
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
      const run = await startOurRun(client);
      const report = await waitForReport(client, run);
      const seconds = (performance.now() - start) / 1_000;
      const metered = stopMeter();
      return { startedAt, seconds, ...metered, report, history: await readHistorySize(environment, run) };
    });
  } finally {
    await worker.stop();
  }
}
