import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../../../local/postgres';
import type { Program } from '../../../local/program';
import { SEARCH_ATTRIBUTES } from '../../../local/search-attributes';
import { startWorker, type StackWorker } from '../../../local/stack-worker';
import { startTemporal } from '../../../local/temporal';
import { startSystem, type System, type SystemOptions } from '../../helpers/e2e-system';

/** A server that may be killed, and started again at the same address on the data that it left. */
export interface OwnServer {
  readonly port: number;
  pid(): number;
  /** SIGKILL for it and every process below it at once, as when the machine's power goes. */
  kill(): Promise<void>;
  /** SIGSTOP freezes it: connections stand and nobody answers. SIGCONT thaws it. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void;
  restart(): Promise<void>;
}

/** The whole system, on servers that the test may treat as it likes. */
export interface OwnSystem extends System {
  readonly postgres: OwnServer;
  readonly temporal: OwnServer;
  /** Files of Temporal's database; may be copied while the server is dead. */
  readonly temporalFile: string;
  /** Ends the stack's worker and starts one with these settings instead, for instance behind a proxy. */
  replaceWorker(environment: Readonly<Record<string, string>>): Promise<StackWorker>;
  /** Starts one more with these settings. */
  addWorker(environment: Readonly<Record<string, string>>): Promise<StackWorker>;
}

/** Starts it; everything is in temporary folders, which go at the end. */
export async function startOwnSystem(options: SystemOptions): Promise<OwnSystem> {
  const folder = mkdtempSync(join(tmpdir(), 'tixngo-faults-'));
  // Another user runs Postgres when this one is root.
  chmodSync(folder, 0o711);
  const logFolder = join(folder, 'logs');
  const ends: (() => Promise<void>)[] = [];
  const close = async () => {
    for (let end = ends.pop(); end !== undefined; end = ends.pop()) await end();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const data = join(folder, 'postgres');
    const database = await startPostgres({ folder: data, logFolder });
    const postgresPort = Number(new URL(database.url).port);
    const postgres = new RestartableServer(postgresPort, database.program, async () => {
      return (await startPostgres({ folder: data, logFolder, port: postgresPort })).program;
    });
    ends.push(() => postgres.stop());

    const temporalFile = join(folder, 'temporal.db');
    const openTemporal = (port?: number) =>
      startTemporal({
        logFolder,
        stateFile: temporalFile,
        searchAttributes: SEARCH_ATTRIBUTES,
        dynamicConfig: { 'history.timerProcessorMaxTimeShift': '"1ms"' },
        tell: () => undefined,
        ...(port !== undefined && { port }),
      });
    const first = await openTemporal();
    const temporalPort = Number(first.address.split(':')[1]);
    const temporal = new RestartableServer(temporalPort, first.program, async () => {
      return (await openTemporal(temporalPort)).program;
    });
    ends.push(() => temporal.stop());

    // The stack takes servers that the environment names (local/stack-parts.ts). Jest gives each file an environment of its own.
    Object.assign(process.env, { DATABASE_URL: database.url, TEMPORAL_ADDRESS: first.address, TEMPORAL_TLS: 'false' });
    const system = await startSystem(options);
    ends.push(() => system.close());
    const addWorker = async (environment: Readonly<Record<string, string>>) => {
      const worker = await startWorker({ environment: { ...system.stack.environment, ...environment }, logFolder });
      ends.push(() => worker.stop());
      return worker;
    };
    // Idle connections of a pool are told when Postgres dies.
    system.pool.on('error', () => undefined);
    return {
      ...system,
      postgres,
      temporal,
      temporalFile,
      addWorker,
      replaceWorker: async (environment) => {
        await system.stack.killWorker('SIGTERM');
        return await addWorker(environment);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

class RestartableServer implements OwnServer {
  constructor(
    readonly port: number,
    private program: Program,
    private readonly start: () => Promise<Program>,
  ) {}

  pid(): number {
    return this.program.pid;
  }

  async kill(): Promise<void> {
    // A backend of Postgres is in a group of its own, and one that is at work goes on for a while without its parent.
    const below = listChildren(this.program.pid);
    this.program.signal('SIGKILL');
    for (const pid of below) killIfThere(pid);
    await this.program.ended;
  }

  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.program.signal(name);
  }

  async restart(): Promise<void> {
    this.program = await this.start();
  }

  stop(): Promise<void> {
    this.program.signal('SIGCONT');
    return this.program.stop();
  }
}

function listChildren(parent: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
        return Number(line.slice(line.lastIndexOf(')') + 2).split(' ')[1]) === parent;
      } catch {
        // It ended while we looked.
        return false;
      }
    })
    .map(Number);
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended with its parent.
  }
}
