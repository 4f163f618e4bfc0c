import { join } from 'node:path';
import { z } from 'zod';
import type { Environment } from '../config/read-environment';
import { startProgram, type ProgramEnd } from './program';
import { compiledProgram, PROJECT_ROOT } from './project-root';

export interface SandboxProgramOptions {
  /** Flags of `sandbox/main`, at least one `--organizer NAME:KEYENV`. */
  readonly args: readonly string[];
  /** Carries the keys that the flags name. */
  readonly environment: Environment;
  readonly logFolder: string;
  readonly signal?: AbortSignal;
}

/** The TIXNGO stand-in as a process of its own. */
export interface StackSandbox {
  readonly pid: number;
  /** Root of the interface's API. */
  readonly url: string;
  /** Root of `/_sandbox`. */
  readonly adminUrl: string;
  readonly ended: Promise<ProgramEnd>;
  stop(): Promise<void>;
}

const readySchema = z.object({ url: z.url(), adminUrl: z.url() });
const READY_TIMEOUT_MS = 30_000;

/** Starts the sandbox and waits for its line that says where it listens. */
export async function startSandboxProgram(options: SandboxProgramOptions): Promise<StackSandbox> {
  let heard: (line: string) => void = () => undefined;
  const firstLine = new Promise<string>((resolve) => {
    heard = resolve;
  });
  const program = await startProgram({
    name: 'the sandbox',
    command: process.execPath,
    args: [compiledProgram('sandbox/main'), ...options.args, '--ready-json', '--end-with-stdin'],
    cwd: PROJECT_ROOT,
    environment: options.environment,
    logFile: join(options.logFolder, 'sandbox.log'),
    // Its wallets have names and addresses.
    forOwnerOnly: true,
    onLine: (line) => {
      heard(line);
    },
    ...(options.signal && { signal: options.signal }),
  });
  const timer = setTimeout(() => {
    program.signal('SIGKILL');
  }, READY_TIMEOUT_MS);
  try {
    const line = await Promise.race([firstLine, program.ended]);
    if (typeof line !== 'string') throw new Error(`The sandbox ended before it was ready. ${program.logTail()}`);
    const { url, adminUrl } = readySchema.parse(JSON.parse(line));
    return { pid: program.pid, url, adminUrl, ended: program.ended, stop: () => program.stop() };
  } catch (error) {
    await program.stop();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
