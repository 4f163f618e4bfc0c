import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { version as sdkVersion } from '@temporalio/worker/package.json';
import { compiledProgram } from './project-root';
import { startProgram } from './program';

const VENDOR = 'https://temporal.download/';
const ANSWER_TIMEOUT_MS = 3_000;
const DOWNLOAD_TIMEOUT_MS = 120_000;

/** The program that an earlier download of this SDK version left in the cache. */
export function downloadedTemporal(cache: string): string | undefined {
  const folder = downloadFolder(cache);
  const name = readdirSync(folder).find((entry) => !entry.endsWith('.downloading'));
  return name === undefined ? undefined : join(folder, name);
}

/** Lets the SDK download the vendor's program into the cache; returns why it could not, or nothing. */
export async function downloadTemporal(cache: string, signal?: AbortSignal): Promise<string | undefined> {
  const unreachable = await askVendor();
  if (unreachable !== undefined) return unreachable;

  // In a process of its own: the SDK downloads only by starting a server, and a native call has no deadline.
  const program = await startProgram({
    name: "the SDK's download",
    command: process.execPath,
    args: [compiledProgram('local/temporal-download-main'), downloadFolder(cache)],
    logFile: join(cache, 'temporal-download.log'),
    ...(signal && { signal }),
  });
  const timer = setTimeout(() => {
    program.signal('SIGKILL');
  }, DOWNLOAD_TIMEOUT_MS);
  const { code } = await program.ended;
  clearTimeout(timer);
  signal?.throwIfAborted();
  return code === 0 ? undefined : `the SDK could not download it, see ${join(cache, 'temporal-download.log')}`;
}

function downloadFolder(cache: string): string {
  const folder = join(cache, `temporal-download-${sdkVersion}`);
  mkdirSync(folder, { recursive: true });
  return folder;
}

async function askVendor(): Promise<string | undefined> {
  try {
    const { status } = await fetch(VENDOR, { method: 'HEAD', signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    return status < 500 && status !== 403 && status !== 407 ? undefined : `${VENDOR} answered ${String(status)}`;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return `${VENDOR} cannot be reached: ${cause instanceof Error ? cause.message : 'no answer'}`;
  }
}
