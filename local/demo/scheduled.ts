import { join } from 'node:path';
import { writePushConfiguration } from './configuration';
import { killWorker } from './kill-worker';
import { waitForClosedRun, watchArrivals } from './watch';
import { toCount } from './screen';
import type { DemoWorld } from './world';

const SCHEDULE = 'euro-host/inject-group-stage';
/** As in tixngo.yaml; a ticket call of this product carries 50. */
const [LANES, TICKETS_PER_CALL] = [4, 50];
/** How long a run takes at least with the sandbox made slow, so that it has a middle. */
const RUN_MS = 2_000;
const MOST_LATENCY_MS = 1_000;

/** A schedule sends a part of the tickets; its worker is killed in the middle of the run and another one goes on. */
export async function sendBySchedule(world: DemoWorld): Promise<void> {
  const { screen, operator, sandbox, configuration } = world;
  const { batchSize } = configuration;
  screen.chapter('A schedule sends the first tickets, and its worker is killed');
  const file = 'tixngo.yaml';
  await writePushConfiguration(join(world.folder, file), configuration);
  const latencyMs = toLatency(batchSize);
  const latency = await sandbox.addFault({ kind: 'latency', minMs: latencyMs, maxMs: latencyMs });
  await operator.typeWell('apply', file);
  screen.note(
    `The schedule starts every 5 s and takes ${toCount(batchSize)} tickets at once. TIXNGO answers in ${String(latencyMs)} ms.`,
  );

  const counted = { label: 'at TIXNGO', total: batchSize };
  const enough = Math.max(0, Math.min(batchSize / 3, batchSize - LANES * TICKETS_PER_CALL));
  await screen.progress(counted, (show) =>
    watchArrivals(world, {
      show,
      done: ({ accepted, inFlight }) =>
        accepted >= enough && inFlight >= Math.min(2, Math.ceil((batchSize - accepted) / TICKETS_PER_CALL)),
      what: 'The first tickets of the schedule',
    }),
  );
  const killedAt = await replaceWorker(world);
  await sandbox.clearFaults(latency);

  await screen.progress(counted, (show) =>
    watchArrivals(world, {
      show,
      done: ({ accepted }) => accepted >= batchSize,
      what: 'The rest of the run after its worker was killed',
    }),
  );
  const run = await waitForClosedRun(world, SCHEDULE);
  screen.say(
    `The new worker finished run ${String(run.run)}, ${toSeconds(performance.now() - killedAt)} after the kill: ${toCount(run.delivered)} delivered, ${run.outcome ?? 'open'}.`,
  );
}

/** Kills the worker as a crash would, and starts another; gives the moment of the kill. */
async function replaceWorker(world: DemoWorld): Promise<number> {
  const { screen, operator, stack } = world;
  const killedAt = performance.now();
  await killWorker(world);
  screen.command('npx tixngo worker');
  // Paused while no worker runs: the schedule cannot start a second run before the rest is started by hand.
  const steps = await Promise.allSettled([
    stack.restartWorker(),
    operator.typeWell('pause', SCHEDULE, '--reason', 'the rest goes by hand'),
  ]);
  const failed = steps.find((step) => step.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return killedAt;
}

/** So slow that the run lasts, so quick that it ends. */
function toLatency(tickets: number): number {
  const rounds = Math.ceil(tickets / TICKETS_PER_CALL / LANES);
  return Math.min(MOST_LATENCY_MS, Math.ceil(RUN_MS / rounds));
}

function toSeconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
