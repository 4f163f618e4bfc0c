import { loadConfig, type Config } from '../config/environment';
import { childEnvironment, type Environment } from '../config/read-environment';
import { oneStep } from './one-step';
import {
  openFolders,
  publishStack,
  startDatabase,
  startSandbox,
  startServer,
  tellBreak,
  type Parts,
} from './stack-parts';
import type { StackOptions } from './stack-options';
import { startWorker, type StackWorker } from './stack-worker';

export type { StackOptions };

/** A whole system on this machine: Postgres, Temporal with its UI, sandbox, worker, each a process of its own. */
export interface Stack {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  /** Absent when TEMPORAL_ADDRESS names a server and TIXNGO_TEMPORAL_UI does not say where its UI is. */
  readonly temporalUiUrl?: string;
  readonly sandboxUrl: string;
  readonly sandboxAdminUrl: string;
  /** What a child process needs to reach this stack. */
  readonly environment: Environment;
  /** Root of `/healthz` and `/readyz` of the present worker. */
  workerHealthUrl(): string;
  killWorker(signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): Promise<void>;
  /** Ends the present worker where it still runs, and starts another in its place. */
  restartWorker(): Promise<StackWorker>;
  /** Starts one more worker beside the present one. */
  addWorker(): Promise<StackWorker>;
  /** Says which part ended without being asked to, how, and where its log is; pending while all is well. A worker that `killWorker` ended was asked to. */
  readonly brokenPart: Promise<string>;
  /** Ends everything in reverse order. */
  close(): Promise<void>;
}

/** Starts the parts in order, each after the health check of the one before; a failed start ends what had started. */
export async function startStack(options: StackOptions): Promise<Stack> {
  let breaks: Parts['breaks'] = () => undefined;
  const brokenPart = new Promise<string>((resolve) => {
    breaks = resolve;
  });
  const parts: Parts = { breaks, ...openFolders(options) };
  try {
    return await startParts(options, parts, brokenPart);
  } catch (error) {
    await endAll(parts);
    // What failed because of the abort says less than the abort itself.
    options.signal?.throwIfAborted();
    throw error;
  }
}

async function startParts(options: StackOptions, parts: Parts, brokenPart: Promise<string>): Promise<Stack> {
  const { signal, tell } = options;
  const database = await oneStep(signal, (own) => startDatabase(options, parts, own));
  const temporal = await oneStep(signal, (own) => startServer(options, parts, own));
  const servers = { ...options.environment, ...database, ...temporal };
  tell('Bringing the schema, the namespace and the search attributes up to date.');
  await oneStep(signal, () => options.migrate(loadConfig(childEnvironment(servers))));
  const sandbox = await oneStep(signal, (own) => startSandbox(options, parts, own));

  const environment = { ...servers, ...sandbox.environment };
  const config = loadConfig(childEnvironment(environment));
  const workers = new Workers(options, parts, environment);
  await oneStep(signal, (own) => workers.start(own));
  publishStack(options, parts, environment);
  return {
    config,
    databaseUrl: config.databaseUrl,
    temporalAddress: config.temporal.address,
    ...(config.temporal.uiUrl !== undefined && { temporalUiUrl: config.temporal.uiUrl }),
    sandboxUrl: sandbox.url,
    sandboxAdminUrl: sandbox.adminUrl,
    environment,
    brokenPart,
    workerHealthUrl: () => workers.present().healthUrl,
    killWorker: (name) => workers.present().kill(name),
    restartWorker: () => workers.restart(),
    addWorker: () => workers.add(),
    close: () => endAll(parts),
  };
}

async function endAll({ ends }: Parts): Promise<void> {
  for (let end = ends.pop(); end !== undefined; end = ends.pop()) await end();
}

/** The present worker, and those that were started beside it. */
class Workers {
  private worker: StackWorker | undefined;

  constructor(
    private readonly options: StackOptions,
    private readonly parts: Parts,
    private readonly environment: Environment,
  ) {}

  async start(signal?: AbortSignal): Promise<StackWorker> {
    const { ports } = this.options;
    this.options.tell('Starting a worker.');
    this.worker = await this.launch({
      ...(ports?.health !== undefined && { healthPort: ports.health }),
      ...(signal && { signal }),
    });
    return this.worker;
  }

  present(): StackWorker {
    if (this.worker === undefined) throw new Error('The stack has no worker: its start failed');
    return this.worker;
  }

  async restart(): Promise<StackWorker> {
    await this.present().stop();
    return this.start();
  }

  add(): Promise<StackWorker> {
    return this.launch({});
  }

  private async launch(own: { readonly healthPort?: number; readonly signal?: AbortSignal }): Promise<StackWorker> {
    const worker = await startWorker({ environment: this.environment, logFolder: this.parts.logFolder, ...own });
    this.parts.ends.push(() => worker.stop());
    // Without a worker nothing is sent, and every other part goes on as if all were well.
    void worker.endedByItself.then((end) => {
      tellBreak(this.parts, { name: 'A worker', log: 'worker.log' }, end);
    });
    return worker;
  }
}
