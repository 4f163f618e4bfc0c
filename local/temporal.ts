import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { freePort } from './free-port';
import { startProgram, type Program } from './program';
import { findTemporalProgram } from './temporal-program';
import { waitFor } from './wait-for';

export interface TemporalOptions {
  /** Folder for `temporal.log`. */
  readonly logFolder: string;
  /** File that keeps the server's state; in memory unless given. */
  readonly stateFile?: string;
  /** Ports of gRPC and of the UI; free ones unless given. */
  readonly port?: number;
  readonly uiPort?: number;
  /** Server settings, for instance `{ 'history.timerProcessorMaxTimeShift': '"1ms"' }`; values are JSON. */
  readonly dynamicConfig?: Readonly<Record<string, string>>;
  /** Search attributes to register, name and type: `{ S360Function: 'Keyword' }`. */
  readonly searchAttributes?: Readonly<Record<string, string>>;
  /** Removed when the server has ended, even when this process was killed. */
  readonly removeAfter?: readonly string[];
  /** Gives the start up. */
  readonly signal?: AbortSignal;
  /** Told how the program is found; one line at a time. */
  readonly tell: (line: string) => void;
}

/** A Temporal development server with its UI that runs until it is closed or this process ends. */
export interface TemporalServer {
  /** host:port of gRPC. */
  readonly address: string;
  readonly uiUrl: string;
  readonly program: Program;
  close(): Promise<void>;
}

const START_TIMEOUT_MS = 30_000;
/** ServingStatus of the gRPC health protocol. */
const SERVING = 1;
const FRONTEND = 'temporal.api.workflowservice.v1.WorkflowService';

/** Starts a Temporal development server on 127.0.0.1 and waits until it serves the namespace `default` and its UI. */
export async function startTemporal(options: TemporalOptions): Promise<TemporalServer> {
  const command = await findTemporalProgram({ tell: options.tell, signal: options.signal });
  const port = options.port ?? (await freePort());
  const uiPort = options.uiPort ?? (await freePort());
  const address = `127.0.0.1:${String(port)}`;
  const uiUrl = `http://127.0.0.1:${String(uiPort)}`;
  const program = await startProgram({
    name: 'the Temporal server',
    command,
    args: [
      'server',
      'start-dev',
      '--ip',
      '127.0.0.1',
      '--port',
      String(port),
      '--ui-port',
      String(uiPort),
      ...flags(options),
    ],
    logFile: join(options.logFolder, 'temporal.log'),
    forOwnerOnly: true,
    removeAfter: options.removeAfter ?? [],
    ...(options.signal && { signal: options.signal }),
  });
  try {
    const wait = { what: `The Temporal server on ${address}`, timeoutMs: START_TIMEOUT_MS, program };
    await waitFor(() => checkServer(address), wait);
    await waitFor(() => checkUi(uiUrl), { ...wait, what: `The Temporal UI on ${uiUrl}` });
  } catch (error) {
    await program.stop();
    throw error;
  }
  return { address, uiUrl, program, close: () => program.stop() };
}

/** All files of a state file: SQLite keeps beside it what was not finished, and without that the file itself may be torn. */
export function listStateFiles(stateFile: string): readonly string[] {
  return ['', '-journal', '-wal', '-shm'].map((suffix) => stateFile + suffix);
}

function flags({ stateFile, dynamicConfig = {}, searchAttributes = {} }: TemporalOptions): string[] {
  return [
    ...(stateFile === undefined ? [] : ['--db-filename', stateFile]),
    ...Object.entries(dynamicConfig).flatMap(([key, value]) => ['--dynamic-config-value', `${key}=${value}`]),
    ...Object.entries(searchAttributes).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
    ...['--log-level', 'warn', '--ui-disable-news-fetch'],
  ];
}

/** Fails unless the server says that it serves and knows its namespace. */
export async function checkServer(address: string, namespace = 'default'): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: '2s' });
  try {
    await connection.withDeadline(Date.now() + 2_000, async () => {
      const health: { status: number } = await connection.healthService.check({ service: FRONTEND });
      if (health.status !== SERVING) throw new Error(`${address} answers, but does not serve yet`);
      await connection.workflowService.describeNamespace({ namespace });
    });
  } finally {
    await connection.close();
  }
}

async function checkUi(url: string): Promise<void> {
  const { ok, status } = await fetch(url, { signal: AbortSignal.timeout(2_000) });
  if (!ok) throw new Error(`${url} answered ${String(status)}`);
}
