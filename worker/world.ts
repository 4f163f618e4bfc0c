import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { passing } from '../activities/failures';
import { openSlotExchange } from '../activities/push/slot-exchange';
import { type Connection, openPauses, type RunState, type World } from '../activities/world';
import type { Config } from '../config/environment';
import { parseAllowedHosts } from '../core/interface-url';
import { openWorkerStatements } from '../db/statements';
import { openWorkerSession, type WorkerSession } from '../db/worker-session';
import { openTixngoClient, type TixngoClient } from '../tixngo/client';
import type { Logger } from '../config/logger';
import { readApiKey } from './api-key';

const callDeadlineMs = 30_000;

export interface OpenWorld extends World {
  /** No range announces another call from now on; calls in flight end by themselves. */
  drain(): void;
  close(): Promise<void>;
}

/** Opens what activities act on: pool, session, clients. */
export async function openWorld(config: Config, client: Client, logger: Logger): Promise<OpenWorld> {
  const workerName = `${hostname()}/${process.pid.toString()}`;
  const database = openWorkerStatements({ url: config.databaseUrl, applicationName: 'tixngo worker' });
  const session = await openSession(config, workerName, logger).catch(async (error: unknown) => {
    await database.close();
    throw error;
  });
  const clients = openClients(config);
  let draining = false;
  return {
    database,
    session,
    workerName,
    namespace: config.temporal.namespace,
    openTixngo: clients.open,
    describeRun: (workflowId) => describeRun(client, workflowId),
    pauses: openPauses(),
    slots: openSlotExchange(),
    isDraining: () => draining,
    luck: Math.random,
    callDeadlineMs,
    drain: () => {
      draining = true;
    },
    close: async () => {
      clients.close();
      await session.close();
      await database.close();
    },
  };
}

function openSession(config: Config, name: string, logger: Logger): Promise<WorkerSession> {
  return openWorkerSession({
    url: config.databaseUrl,
    name,
    onChange: (id) => {
      if (id === undefined)
        logger.warn('The database session of this worker is lost; no call is announced without one');
      else logger.info({ worker: id }, 'The database session of this worker stands');
    },
  });
}

/** Clients per connection and key, so that connections are kept alive over ranges; a renewed key makes a new one. */
function openClients(config: Config) {
  const allowedHosts = parseAllowedHosts(config.tixngo.allowedHosts.join(','));
  if (allowedHosts.problems.length > 0) throw new Error(`TIXNGO_ALLOWED_HOSTS: ${allowedHosts.problems.join('; ')}`);
  const clients = new Map<string, TixngoClient>();
  return {
    open: ({ url, apiKeyReference }: Connection): TixngoClient => {
      const apiKey = readApiKey(apiKeyReference);
      const name = createHash('sha256').update(`${url}\n${apiKey}`).digest('hex');
      const known = clients.get(name);
      if (known !== undefined) return known;
      const opened = openTixngoClient({
        url,
        apiKey,
        allowedHosts: allowedHosts.hosts,
        apiKeyHeader: config.tixngo.apiKeyHeader,
      });
      clients.set(name, opened);
      return opened;
    },
    close: () => {
      for (const client of clients.values()) client.close();
    },
  };
}

async function describeRun(client: Client, workflowId: string): Promise<RunState> {
  try {
    const { status, raw } = await client.workflow.getHandle(workflowId).describe();
    const isOpen = status.name === 'RUNNING' || status.name === 'PAUSED' || status.name === 'CONTINUED_AS_NEW';
    const firstRunId = raw.workflowExecutionInfo?.firstRunId ?? '';
    return { state: isOpen ? 'open' : 'closed', ...(firstRunId === '' ? {} : { firstRunId }) };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { state: 'unknown' };
    throw passing('TEMPORAL_AWAY', 'Temporal did not say whether an earlier run is still open');
  }
}
