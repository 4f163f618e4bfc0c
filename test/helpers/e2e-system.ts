import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { importFile } from '../../cli/import/import-file';
import { connectClient, type OpenConnection } from '../../client/connect';
import { startPush, waitForRun, type RunEnd, type StartedRun } from '../../client/runs';
import { openStatements } from '../../db/statements';
import { HOST, writeSeason } from '../../local/season';
import { migrateAll } from '../../local/migrate-all';
import { compiledProgram, PROJECT_ROOT } from '../../local/project-root';
import { startStack, type Stack } from '../../local/stack';
import { openSandboxAdmin, type SandboxAdmin } from '../../sandbox/admin-client';
import type { PushInput } from '../../workflows/contract';
import type { Outside } from './invariants';
import { until } from './until';

export const API_KEY = 'e2e-key-k4yCanary';
const KEY_VARIABLE = 'E2E_TIXNGO_KEY';
export const ORGANIZER = 'euro-example';
export const INTERFACE = 'euro-host';
export const SCHEDULE = 'inject';
/** The schedule of retrieve-status, where a system has one. */
export const READ = 'read';
export const SEED = 7;

export interface SystemOptions {
  readonly tickets: number;
  /** Calls in flight; default 4. */
  readonly parallelCalls?: number;
  readonly sandboxArgs?: readonly string[];
  /** More variables for every process, as the keys of more accounts. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Names of the schedules on the interface; default one, SCHEDULE. */
  readonly schedules?: readonly string[];
  /** Tickets that one run takes at most; default all. */
  readonly batchSize?: number;
  /** Records of a diff page; with it there is a schedule READ that reads the account back. */
  readonly batchSplitSize?: number;
}

/** What one command said and how it ended. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The whole system as processes of their own, with a season imported and one schedule applied. */
export interface System extends Outside {
  readonly stack: Stack;
  readonly folder: string;
  readonly sandbox: SandboxAdmin;
  readonly open: OpenConnection;
  readonly tickets: number;
  /** Starts a run of the schedule. */
  start(input?: Partial<PushInput>): Promise<StartedRun>;
  wait(run: StartedRun): Promise<RunEnd>;
  /** The compiled command line. */
  command(...args: readonly string[]): Promise<CommandResult>;
  /** Ids of the tickets that wait for injection, in order. */
  listDue(): Promise<readonly string[]>;
  /** Resolves once the sandbox has accepted so many different tickets. */
  accepted(tickets: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts it; everything is in one temporary folder, which goes at the end. */
export async function startSystem(options: SystemOptions): Promise<System> {
  const folder = mkdtempSync(join(tmpdir(), 'tixngo-e2e-'));
  const removeFolder = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const stack = await startStack({
      folder: join(folder, 'data'),
      logFolder: join(folder, 'logs'),
      temporary: true,
      sandboxArgs: ['--organizer', `${ORGANIZER}:${KEY_VARIABLE}`, ...(options.sandboxArgs ?? [])],
      environment: { [KEY_VARIABLE]: API_KEY, ...options.environment },
      dynamicConfig: { 'history.timerProcessorMaxTimeShift': '"1ms"' },
      migrate: migrateAll,
      tell: () => undefined,
    });
    return await openSystem(stack, folder, options).catch(async (error: unknown) => {
      await stack.close();
      throw error;
    });
  } catch (error) {
    removeFolder();
    throw error;
  }
}

async function openSystem(stack: Stack, folder: string, options: SystemOptions): Promise<System> {
  const { tickets } = options;
  await importSeason(stack, folder, tickets);
  const command = (...args: readonly string[]) => runCommand(stack, args);
  const file = join(folder, 'tixngo.yaml');
  writeFileSync(file, toConfiguration(stack, options));
  const applied = await command('apply', file);
  if (applied.code !== 0) throw new Error(`apply ended with ${String(applied.code)}: ${applied.stderr}`);
  const open = await connectClient(stack.config.temporal);
  const pool = new Pool({ connectionString: stack.databaseUrl, max: 3 });
  const sandbox = openSandboxAdmin(stack.sandboxAdminUrl);
  let lastStart = Date.now();
  return {
    stack,
    folder,
    sandbox,
    open,
    pool,
    tickets,
    command,
    start: (input = {}) => {
      // Ids name the second of their start: two in one would be the same run.
      lastStart = Math.max(lastStart + 1_000, Date.now());
      const subject = { function: 'inject-tickets', interface: INTERFACE, schedule: SCHEDULE } as const;
      return startPush(
        open,
        { ...subject, organization: HOST, trigger: 'OPERATOR' },
        { input: { schedule: `${INTERFACE}/${SCHEDULE}`, ...input }, at: new Date(lastStart) },
      );
    },
    wait: (run) => waitForRun(open, run),
    listDue: async () => {
      const { rows } = await pool.query<{ id: string }>(
        `select t.id from ticket t join organization o on o.id = t.organization_id
         where o.code = $1 and t.status = 'NOT_PRINTED' and t.kind = 'TICKET' order by t.id`,
        [HOST],
      );
      return rows.map(({ id }) => id);
    },
    accepted: (count) =>
      until(`${String(count)} tickets accepted`, async () => {
        const { tickets: seen } = await sandbox.callSummary();
        return (seen.injectTickets?.accepted ?? 0) >= count;
      }),
    close: async () => {
      await pool.end();
      await open.connection.close();
      await stack.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function importSeason(stack: Stack, folder: string, tickets: number): Promise<void> {
  const files = await writeSeason(join(folder, 'season'), { seed: SEED, tickets });
  const database = openStatements({ url: stack.databaseUrl, connections: 2 });
  try {
    for (const kind of ['catalogue', 'contacts', 'tickets'] as const) {
      const report = await importFile({ database, kind, file: files[kind] });
      if (report.rejectedTotal > 0) throw new Error(`The season's ${kind} have mistakes`);
    }
  } finally {
    await database.close();
  }
}

function toConfiguration(stack: Stack, options: SystemOptions): string {
  const { parallelCalls = 4, schedules = [SCHEDULE], batchSize, batchSplitSize } = options;
  return `interfaces:
  - name: ${INTERFACE}
    organization: ${HOST}
    organizer: ${ORGANIZER}
    type: TIXNGO
    url: ${stack.sandboxUrl}
    apiKey: { env: ${KEY_VARIABLE} }
    notify: [ops@example.org]
    parameters: |
      parallelCalls=${String(parallelCalls)}
${batchSplitSize === undefined ? '' : `      batchSplitSize=${String(batchSplitSize)}\n`}schedules:
${schedules.map((name) => toSchedule(name, batchSize)).join('')}${batchSplitSize === undefined ? '' : readSchedule}`;
}

const readSchedule = `  - name: ${READ}
    interface: ${INTERFACE}
    function: retrieve-status
    launch: MANUAL
`;

function toSchedule(name: string, batchSize: number | undefined): string {
  return `  - name: ${name}
    interface: ${INTERFACE}
    function: inject-tickets
    launch: MANUAL
    pointOfSales: WEB;W1
${batchSize === undefined ? '' : `    batchSize: ${String(batchSize)}\n`}`;
}

function runCommand(stack: Stack, args: readonly string[]): Promise<CommandResult> {
  const child = spawn(process.execPath, [compiledProgram('cli/main'), ...args], {
    cwd: PROJECT_ROOT,
    env: { ...process.env, ...stack.environment, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });
}
