import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { compiledProgram } from '../../local/project-root';
import { cloneDatabase } from './database';
import { testServers } from './servers';

/** What one command said and how it ended. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that still runs. */
export interface RunningCommand {
  /** What it has said on standard error so far. */
  stderr(): string;
  /** Ends it as Ctrl-C does. */
  interrupt(): void;
  readonly ended: Promise<CommandResult>;
}

/** The compiled command line on a database, a namespace and an empty folder of its own. */
export interface CommandLine {
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly pool: Pool;
  /** Runs `tixngo` with these words. */
  run(...words: readonly string[]): Promise<CommandResult>;
  /** Starts it, to look at what it says while it runs. */
  start(...words: readonly string[]): RunningCommand;
  /** The same as `run` with changes to the environment. */
  runWith(changes: Readonly<Record<string, string>>, ...words: readonly string[]): Promise<CommandResult>;
  /** The same as `start` with changes to the environment. */
  startWith(changes: Readonly<Record<string, string>>, ...words: readonly string[]): RunningCommand;
  /** Runs it with `--json`; the document that it printed, whatever its exit code. */
  ask(...words: readonly string[]): Promise<unknown>;
  /** Writes a file into the folder; its path. */
  write(name: string, content: string): string;
  close(): Promise<void>;
}

/** URL that the tests' interfaces may have. */
export const ALLOWED_ORIGIN = 'http://127.0.0.1:9999';

/** A text that matches, inside an expected object. */
export const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);

/** Opens it; the namespace exists once `migrate` ran. `name` shows whose it is when one looks into the servers. */
export async function openCommandLine(name: string): Promise<CommandLine> {
  const database = await cloneDatabase(name);
  const folder = mkdtempSync(join(tmpdir(), 'tixngo-cli-'));
  const pool = new Pool({ connectionString: database.url, max: 3 });
  // `drop` cuts the pool's idle connections, which is no failure of a test.
  pool.on('error', () => undefined);
  const environment = {
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: testServers().temporalAddress,
    TEMPORAL_NAMESPACE: `${name}-${randomBytes(4).toString('hex')}`,
    TIXNGO_TASK_QUEUE: 'tixngo',
    TIXNGO_ALLOWED_HOSTS: ALLOWED_ORIGIN,
    NO_COLOR: '1',
  };
  const startWith = (changes: Readonly<Record<string, string>>, ...words: readonly string[]) =>
    startCommand(words, { folder, environment: { ...environment, ...changes } });
  const runWith = (changes: Readonly<Record<string, string>>, ...words: readonly string[]) =>
    startWith(changes, ...words).ended;
  return {
    environment,
    folder,
    pool,
    runWith,
    run: (...words) => runWith({}, ...words),
    startWith,
    start: (...words) => startWith({}, ...words),
    ask: async (...words) => {
      const { stdout, stderr } = await runWith({}, ...words, '--json');
      if (stdout === '') throw new Error(`No document: ${stderr}`);
      const document: unknown = JSON.parse(stdout);
      return document;
    },
    write: (file, content) => {
      const path = join(folder, file);
      writeFileSync(path, content);
      return path;
    },
    close: async () => {
      await pool.end();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Surroundings {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Runs the compiled `tixngo` in a folder with this environment and nothing of the test's own but the PATH. */
export function runCommand(words: readonly string[], surroundings: Surroundings): Promise<CommandResult> {
  return startCommand(words, surroundings).ended;
}

function startCommand(words: readonly string[], { folder, environment }: Surroundings): RunningCommand {
  const child = spawn(process.execPath, [compiledProgram('cli/main'), ...words], {
    // A folder without `.env` and without a running stack: nothing but this environment counts.
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<CommandResult>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });
  return { stderr: () => stderr, interrupt: () => void child.kill('SIGINT'), ended };
}
