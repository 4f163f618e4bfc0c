import { startWorker } from '../local/stack-worker';
import type { Arena, Timed } from './arena';
import { readHistorySize } from './history-size';
import { startOthersMeter } from './meter';
import { startOurRun, waitForReport, withClient } from './our-run';

/** A run with nothing due, as a schedule makes most of the time: the second one, for the first opens connections and learns types. */
export async function tickIdly({ stage, database }: Arena): Promise<Timed> {
  const { environment } = database;
  await database.logStatements();
  const worker = await startWorker({ environment, logFolder: stage.logFolder });
  try {
    return await withClient(environment, async (client) => {
      await waitForReport(client, await startOurRun(client));
      const stopMeter = startOthersMeter();
      const startedAt = Date.now();
      const readStatements = database.markStatements();
      const run = await startOurRun(client);
      const report = await waitForReport(client, run);
      const seconds = (Date.now() - startedAt) / 1_000;
      const statements = readStatements().map(({ text }) => text);
      const history = await readHistorySize(environment, run);
      return { startedAt, seconds, othersShare: stopMeter(), report, statements, history };
    });
  } finally {
    await worker.stop();
  }
}
