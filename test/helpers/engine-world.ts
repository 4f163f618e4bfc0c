import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSlotExchange } from '../../activities/push/slot-exchange';
import { type Connection, openPauses, type RunState, type World } from '../../activities/world';
import { readSecret } from '../../config/secret';
import { parseAllowedHosts } from '../../core/interface-url';
import type { Database } from '../../db/database';
import { openStatements, openWorkerStatements } from '../../db/statements';
import { openWorkerSession } from '../../db/worker-session';
import { openSandboxAdmin, type SandboxAdmin } from '../../sandbox/admin-client';
import { startSandbox, type SandboxOptions } from '../../sandbox/server';
import { openTixngoClient, type TixngoClient } from '../../tixngo/client';
import { cloneDatabase } from './database';
import { emptyTables, seedCatalogue } from './engine-seed';

export const ORGANIZER = 'club';
const API_KEY = 'key-of-the-club';

/** A worker's world without its process: session, pool and clients of its own. */
export interface EngineWorker extends World {
  drain(): void;
  /** Forgets what it remembers of organizers. */
  forget(): void;
  close(): Promise<void>;
}

/** A migrated database with a small catalogue, a TIXNGO stand-in, and workers on both. */
export interface Engine {
  readonly url: string;
  readonly database: Database;
  readonly admin: SandboxAdmin;
  readonly worker: EngineWorker;
  /** What Temporal would say about a workflow; open with the right first run unless a test sets it. */
  readonly runs: Map<string, RunState>;
  openWorker(): Promise<EngineWorker>;
  /** The key that the file holds from now on, and the only one that the stand-in takes was given at the start. */
  writeKey(key: string): void;
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Back to the seed: no ticket, no run, no fault, the right key, the gate open. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

export interface EngineOptions {
  readonly sandbox?: Partial<SandboxOptions>;
  /** Total deadline of a call; default 30 s as the worker has it. Short where TIXNGO is silent in a test. */
  readonly callDeadlineMs?: number;
  /** The way by which workers reach the database; default the straight one. */
  readonly reach?: (url: string) => Promise<string>;
}

export async function openEngine(name: string, options: EngineOptions = {}): Promise<Engine> {
  const clone = await cloneDatabase(name);
  const folder = mkdtempSync(join(tmpdir(), 'engine-test-'));
  const keyFile = join(folder, 'key');
  const writeKey = (key: string) => {
    writeFileSync(keyFile, `${key}\n`);
  };
  writeKey(API_KEY);
  const sandbox = await startSandbox({ accounts: [{ organizer: ORGANIZER, apiKey: API_KEY }], ...options.sandbox });
  const database = openStatements({ url: clone.url, connections: 4, applicationName: 'test' });
  const seed = { url: sandbox.url, keyFile, organizer: ORGANIZER };
  await seedCatalogue(database.pool, seed);
  const workerUrl = await (options.reach?.(clone.url) ?? clone.url);
  const runs = new Map<string, RunState>();
  const workers: EngineWorker[] = [];
  const openWorker = async () => {
    const worker = await openEngineWorker({ url: workerUrl, sandboxUrl: sandbox.url, runs, ...options });
    workers.push(worker);
    return worker;
  };
  const admin = openSandboxAdmin(sandbox.adminUrl);
  const worker = await openWorker();
  return {
    url: clone.url,
    database,
    admin,
    worker,
    runs,
    openWorker,
    writeKey,
    query: async <Row extends object>(text: string, values: readonly unknown[] = []) =>
      (await database.pool.query<Row>(text, [...values])).rows,
    reset: async () => {
      await admin.reset();
      worker.forget();
      writeKey(API_KEY);
      await emptyTables(database.pool);
      await seedCatalogue(database.pool, seed);
    },
    close: async () => {
      for (const worker of workers) await worker.close();
      await database.close();
      await sandbox.close();
      await clone.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function openEngineWorker(options: {
  readonly url: string;
  readonly sandboxUrl: string;
  readonly runs: ReadonlyMap<string, RunState>;
  readonly callDeadlineMs?: number;
}): Promise<EngineWorker> {
  const database = openWorkerStatements({ url: options.url, applicationName: 'test worker' });
  const session = await openWorkerSession({ url: options.url, name: 'test worker', onChange: () => undefined });
  const clients = openClients(options.sandboxUrl);
  let draining = false;
  let pauses = openPauses();
  let closed = false;
  return {
    database,
    session,
    workerName: 'test worker',
    namespace: 'default',
    openTixngo: clients.open,
    describeRun: (workflowId) => Promise.resolve(options.runs.get(workflowId) ?? { state: 'unknown' }),
    slots: openSlotExchange(),
    pauses: {
      remainingMs: (organizer) => pauses.remainingMs(organizer),
      pause: (organizer, forMs) => {
        pauses.pause(organizer, forMs);
      },
    },
    forget: () => {
      pauses = openPauses();
    },
    isDraining: () => draining,
    luck: () => 0,
    callDeadlineMs: options.callDeadlineMs ?? 30_000,
    drain: () => {
      draining = true;
    },
    close: async () => {
      if (closed) return;
      closed = true;
      clients.close();
      await session.close();
      await database.close();
    },
  };
}

/** As worker/world.ts keeps them: one per connection and key, the key read again each time. */
function openClients(sandboxUrl: string) {
  const allowedHosts = parseAllowedHosts(new URL(sandboxUrl).origin).hosts;
  const clients = new Map<string, TixngoClient>();
  return {
    open: ({ url, apiKeyReference }: Connection): TixngoClient => {
      const apiKey = readSecret(toFileReference(apiKeyReference));
      const name = `${url} ${apiKey}`;
      const client = clients.get(name) ?? openTixngoClient({ url, apiKey, allowedHosts });
      clients.set(name, client);
      return client;
    },
    close: () => {
      for (const client of clients.values()) client.close();
    },
  };
}

function toFileReference(reference: unknown): { readonly file: string } {
  if (
    typeof reference === 'object' &&
    reference !== null &&
    'file' in reference &&
    typeof reference.file === 'string'
  ) {
    return { file: reference.file };
  }
  throw new Error('The interfaces of these tests keep their key in a file');
}
