// `tixngo demo`: the main job on a bare machine, from an empty folder to a result that is counted at the other side.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDemoOptions, usage, type DemoOptions } from './demo/options';
import { openDemoScreen, type DemoScreen } from './demo/screen';
import { tellStory } from './demo/story';
import { KEY_VARIABLE, ORGANIZER } from './demo/world';
import { migrateAll } from './migrate-all';
import { claimFolder } from './one-stack';
import { abortWhenAskedToEnd } from './one-step';
import { PROJECT_ROOT } from './project-root';
import { startStack, type Stack } from './stack';

const INTERRUPTED = 130;

main().then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);

async function main(): Promise<number> {
  const options = readOptions();
  if (typeof options === 'number') return options;
  const claim = claimFolder(PROJECT_ROOT, 'demo');
  if ('refusal' in claim) {
    console.error(claim.refusal);
    return 2;
  }
  const { signal, stopListening } = abortWhenAskedToEnd();
  const folder = mkdtempSync(join(tmpdir(), 'tixngo-demo-'));
  try {
    return await demo(options, { folder, signal });
  } catch (error) {
    if (!signal.aborted) throw error;
    // What failed because of it says less than why it was ended.
    console.error(`The demo was ${signal.reason instanceof Error ? signal.reason.message : 'ended'}.`);
    return INTERRUPTED;
  } finally {
    rmSync(folder, { recursive: true, force: true });
    claim.release();
    stopListening();
  }
}

function readOptions(): DemoOptions | number {
  try {
    const options = parseDemoOptions(process.argv.slice(2));
    if (options !== undefined) return options;
    console.log(usage);
    return 0;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return 2;
  }
}

interface Place {
  /** Fresh, and removed at the end. */
  readonly folder: string;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
}

async function demo(options: DemoOptions, { folder, signal }: Place): Promise<number> {
  const startedAt = performance.now();
  const screen = openDemoScreen();
  screen.chapter('A whole system on this machine');
  const stack = await startDemoStack(screen, { folder, signal });
  try {
    const ended = new AbortController();
    const anyEnd = AbortSignal.any([signal, ended.signal]);
    void stack.brokenPart.then((broken) => {
      ended.abort(new Error(broken));
    });
    const holds = await tellStory({ ...options, screen, stack, folder: join(folder, 'files'), signal: anyEnd });
    screen.note(`The demo took ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`);
    if (process.stdout.isTTY) await stay(screen, anyEnd);
    return holds ? 0 : 1;
  } finally {
    await stack.close();
  }
}

async function startDemoStack(screen: DemoScreen, { folder, signal }: Place): Promise<Stack> {
  const logFolder = join(PROJECT_ROOT, '.local', 'demo-logs');
  rmSync(logFolder, { recursive: true, force: true });
  return await startStack({
    // With everything in it, the demo's files too: removed by the guards even when this process is killed.
    folder,
    logFolder,
    temporary: true,
    // Commands of this folder use it while it stays.
    ...(process.stdout.isTTY && { publishIn: PROJECT_ROOT }),
    migrate: migrateAll,
    sandboxArgs: ['--organizer', `${ORGANIZER}:${KEY_VARIABLE}`],
    // The sandbox's key opens nothing but the sandbox.
    environment: { [KEY_VARIABLE]: 'sandbox-key' },
    signal,
    tell: (line) => {
      screen.say(line);
    },
  });
}

/** Until Ctrl-C: time to look at the Temporal UI. */
async function stay(screen: DemoScreen, signal: AbortSignal): Promise<void> {
  screen.say(
    `Everything runs on until ${screen.paint('bold', 'Ctrl-C')}; try "npx tixngo status" in another terminal.`,
  );
  if (!signal.aborted) {
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => {
        resolve();
      });
    });
  }
  screen.say('Ending the local stack.');
}
