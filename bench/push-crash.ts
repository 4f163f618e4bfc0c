import { setTimeout as wait } from 'node:timers/promises';
import { startWorker, type StackWorker } from '../local/stack-worker';
import type { SandboxAdmin } from '../sandbox/admin-client';
import type { Arena, Timed } from './arena';
import { countCrash } from './count-crash';
import { readHistorySize } from './history-size';
import { startOthersMeter } from './meter';
import { startOurRun, waitForReport, withClient } from './our-run';

/** Part of the tickets after which the worker is killed (performance.md). */
const killAtShare = 0.4;
const lookEveryMs = 10;

/** Ours, its worker killed by SIGKILL on the way and another one started at once; timed from the kill to the report. */
export async function pushThroughCrash({ stage, database, sandbox }: Arena): Promise<Timed> {
  const { environment, dueTicketIds } = database;
  const workers: StackWorker[] = [];
  const openWorker = async (): Promise<number> => {
    workers.push(await startWorker({ environment, logFolder: stage.logFolder }));
    return Date.now();
  };
  try {
    await openWorker();
    return await withClient(environment, async (client) => {
      const stopMeter = startOthersMeter();
      const startedAt = Date.now();
      const run = await startOurRun(client);
      await waitForAccepted(sandbox.admin, dueTicketIds.size * killAtShare);
      const killedAt = kill(workers);
      const done = waitForReport(client, run).then((report) => ({ report, doneAt: Date.now() }));
      const [readyAt, { report, doneAt }] = await Promise.all([openWorker(), done]);
      const othersShare = stopMeter();
      const times = { startedAt, killedAt, readyAt, doneAt };
      const { tickets } = await sandbox.admin.calls('injectTickets');
      const crash = countCrash({
        due: dueTicketIds,
        arrived: tickets,
        timeline: await sandbox.admin.timeline(),
        times,
      });
      const history = await readHistorySize(environment, run);
      return { startedAt, seconds: (doneAt - killedAt) / 1_000, othersShare, report, crash, history };
    });
  } finally {
    for (const worker of workers) await worker.stop();
  }
}

/** By its id and not through its guard, whose message would take its time. */
function kill(workers: readonly StackWorker[]): number {
  const [worker] = workers;
  if (worker === undefined) throw new Error('There is no worker to kill');
  process.kill(worker.pid, 'SIGKILL');
  return Date.now();
}

async function waitForAccepted(admin: SandboxAdmin, wanted: number): Promise<void> {
  const endless = Date.now() + 120_000;
  for (;;) {
    const { tickets } = await admin.callSummary();
    const accepted = tickets.injectTickets?.accepted ?? 0;
    if (accepted >= wanted) return;
    if (Date.now() > endless) throw new Error(`Only ${String(accepted)} tickets were accepted in 2 minutes`);
    await wait(lookEveryMs);
  }
}
