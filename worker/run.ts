import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { bundleWorkflowCode, NativeConnection, Runtime, Worker, makeTelemetryFilterString } from '@temporalio/worker';
import { sql } from 'kysely';
import type { Pool } from 'pg';
import { createActivities } from '../activities';
import { rehearse } from '../activities/push/rehearse';
import type { Config } from '../config/environment';
import type { Logger } from '../config/logger';
import { newestMigration } from '../db/migrations/newest';
import { loadTickets } from '../db/queries/inject-tickets/load-tickets';
import { warmUp } from '../db/queries/push/warm-up';
import { toWorkerQueue } from '../workflows/contract';
import { takeFirstTask } from './first-task';
import { openHealth } from './health';
import { temporalLogger } from './temporal-logger';
import { type OpenWorld, openWorld } from './world';

/** The compiled workflows; `npm run build` makes them, and bundling takes half a second. */
const workflowsPath = join(__dirname, '..', 'workflows', 'index.js');
const workflowBundle = join(__dirname, 'workflow-bundle.js');

/** Runs the worker until a signal ends it; resolves when nothing of it runs any more. */
export async function runWorker(config: Config, logger: Logger): Promise<void> {
  const state: WorkerState = {
    isRunning: () => false,
    checkReady: () => Promise.reject(new Error('The worker starts')),
  };
  // First of all: a port that is taken is said at once, before anything is open that would keep the process.
  const health = await openHealth({
    port: config.worker.healthPort,
    address: config.worker.listenAddress,
    isRunning: () => state.isRunning(),
    checkReady: () => state.checkReady(),
  });
  try {
    installRuntime(config, logger);
    const connection = await NativeConnection.connect(config.temporal.connection);
    try {
      const client = new Client({ connection, namespace: config.temporal.namespace });
      const world = await openWorld(config, client, logger);
      try {
        await requireSchema(world);
        await warmUp(world.database, warmConnections, loadNothing);
        await rehearse(world, warmConnections, (failure) => {
          logger.warn(failure, 'The rehearsal was broken off: the first calls take longer');
        });
        await runWorkers({ config, logger, connection, client, world, state, healthPort: health.port });
      } finally {
        await world.close();
      }
    } finally {
      await connection.close();
    }
  } finally {
    await health.close();
  }
}

/** What /healthz and /readyz ask. */
interface WorkerState {
  isRunning: () => boolean;
  checkReady: () => Promise<void>;
}

interface Running {
  readonly config: Config;
  readonly logger: Logger;
  readonly connection: NativeConnection;
  readonly client: Client;
  readonly world: OpenWorld;
  readonly state: WorkerState;
  readonly healthPort: number;
}

async function runWorkers(running: Running): Promise<void> {
  const { config, logger, connection, client, world, state, healthPort } = running;
  const [worker, own] = await createWorkers(running);
  state.isRunning = () => worker.getState() === 'RUNNING';
  const { namespace, taskQueue } = config.temporal;
  logger.info({ worker: world.session.id(), taskQueue, namespace, healthPort }, 'The worker runs');
  const stop = () => {
    // Ranges read this between two calls and give the rest of their batches back.
    world.drain();
  };
  // A supervisor, a shell and npm may each pass SIGTERM on: the second one would end the process in the middle of a call. A second Ctrl-C may.
  process.on('SIGTERM', stop);
  process.once('SIGINT', stop);
  const end = new AbortController();
  try {
    const run = Promise.all([worker.run(), own.run()]);
    await Promise.race([run, takeFirstTask({ client, taskQueue, logger, ended: end.signal })]);
    state.checkReady = () => {
      // It takes no more work from SIGTERM on, though its calls go on.
      if (!state.isRunning()) return Promise.reject(new Error('The worker ends'));
      return checkReady(connection, world);
    };
    await run;
  } finally {
    end.abort();
    process.off('SIGINT', stop);
  }
  logger.info('The worker has ended');
}

/** The worker, and one for a queue of its own, for activities only: questions such as "do you reach TIXNGO with your key?". */
async function createWorkers({ config, logger, connection, world }: Running): Promise<readonly [Worker, Worker]> {
  const { namespace, taskQueue } = config.temporal;
  const common = {
    connection,
    namespace,
    activities: createActivities(world),
    shutdownGraceTime: config.worker.shutdownGraceMs,
  };
  const worker = await Worker.create({
    ...common,
    taskQueue,
    workflowBundle: await loadBundle(logger),
    maxCachedWorkflows: 200,
    // A worker that is gone holds a workflow's next task for so long; as it comes it is 10 s (performance.md).
    stickyQueueScheduleToStartTimeout: '1 second',
    maxConcurrentActivityTaskExecutions: 200,
    // A worker that is frozen, not gone, swallows what the server hands to its open polls, each until a time-out: a task of a range
    // 3 s, one of a workflow 10 s. So as many for ranges as one run has lanes, and one for workflows that no worker knows yet (a fifth).
    maxConcurrentActivityTaskPolls: 8,
    maxConcurrentWorkflowTaskPolls: 5,
  });
  return [worker, await Worker.create({ ...common, taskQueue: ownQueue(world) })];
}

/** As many as an interface has calls in flight when nothing is set (domain.md 4, `parallelCalls`). */
const warmConnections = 8;

function loadNothing(pool: Pool): Promise<unknown> {
  return loadTickets(pool, { ticketIds: [], scheduleId: '0' });
}

/** The bundle that the build made; without one (a build for development) it is made now. */
async function loadBundle(logger: Logger) {
  if (existsSync(workflowBundle)) return { codePath: workflowBundle };
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: temporalLogger(logger) });
  return { code };
}

function ownQueue(world: OpenWorld): string {
  const id = world.session.id();
  if (id === undefined) throw new Error('The worker has no database session');
  return toWorkerQueue(id);
}

/** A worker on an older schema would fail at its first statement; this says so before it takes any work. */
async function requireSchema(world: OpenWorld): Promise<void> {
  const { rows } = await sql<{ found: boolean }>`
    select case when to_regclass('schema_migration') is null then false
      else exists (select from schema_migration where name = ${newestMigration}) end as found
  `.execute(world.database.kysely);
  if (rows[0]?.found !== true) throw new Error('The database schema is not that of this program: run tixngo migrate');
}

async function checkReady(connection: NativeConnection, world: OpenWorld): Promise<void> {
  if (world.session.id() === undefined) throw new Error('Postgres: the session of this worker is lost');
  await Promise.all([
    sql`select 1`.execute(world.database.kysely).catch(() => {
      throw new Error('Postgres does not answer');
    }),
    connection.workflowService.getSystemInfo({}).catch(() => {
      throw new Error('Temporal does not answer');
    }),
  ]);
}

function installRuntime(config: Config, logger: Logger): void {
  const { metricsPort, listenAddress } = config.worker;
  Runtime.install({
    logger: temporalLogger(logger),
    telemetryOptions: {
      logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }) },
      ...(metricsPort === undefined
        ? {}
        : { metrics: { prometheus: { bindAddress: `${listenAddress}:${metricsPort.toString()}` } } }),
    },
    // SIGTERM drains first (worker/run.ts); the SDK then waits for activities up to the grace time.
    shutdownSignals: ['SIGTERM', 'SIGINT'],
  });
}
