import { openClient } from '../client/system-client';
import { loadConfig } from '../config/environment';
import { childEnvironment } from '../config/read-environment';
import { HOST } from '../local/season';
import { startWorker } from '../local/stack-worker';
import { schedule } from './account';
import type { Arena, Timed } from './arena';
import { startMeter } from './meter';

/** The product as users get it: a worker process, the workflow started, until its report says closed. */
export async function pushOurs({ stage, database, sandboxPid }: Arena): Promise<Timed> {
  const { environment } = database;
  const worker = await startWorker({ environment, logFolder: stage.logFolder });
  try {
    const client = await openClient(loadConfig(childEnvironment(environment)).temporal);
    try {
      const stopMeter = startMeter({
        sender: worker.pid,
        postgres: stage.postgresPid,
        temporal: stage.temporalPid,
        sandbox: sandboxPid,
      });
      const start = performance.now();
      const subject = { ...schedule, organization: HOST, trigger: 'OPERATOR' } as const;
      const input = { schedule: `${schedule.interface}/${schedule.schedule}` };
      const end = await client.wait(await client.startPush(subject, { input, at: new Date() }));
      const seconds = (performance.now() - start) / 1_000;
      const usage = stopMeter();
      if (!end.completed) throw new Error(`Our run failed: ${end.message}`);
      return { seconds, ...usage };
    } finally {
      await client.close();
    }
  } finally {
    await worker.stop();
  }
}
