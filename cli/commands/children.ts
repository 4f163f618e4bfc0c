import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { workerHeapOptions } from '../../config/worker-heap';
import type { Registry } from '../command';

interface Child {
  readonly name: string;
  readonly summary: string;
  /** Path below the folder of the compiled program. */
  readonly path: string;
  readonly examples: readonly [string, string];
  /** Options of Node for its process. */
  readonly nodeOptions?: () => readonly string[];
}

const children: readonly Child[] = [
  {
    name: 'worker',
    summary: 'run a worker: it takes work from Temporal until it is told to end',
    path: 'worker/main.js',
    examples: ['tixngo worker', 'WORKER_HEALTH_PORT=0 tixngo worker'],
    nodeOptions: workerHeapOptions,
  },
  {
    name: 'sandbox',
    summary: 'run the stand-in for TIXNGO',
    path: 'sandbox/main.js',
    examples: [
      'CLUB_KEY=secret tixngo sandbox --organizer club:CLUB_KEY',
      'CLUB_KEY=secret tixngo sandbox --organizer club:CLUB_KEY --port 8090',
    ],
  },
  {
    name: 'up',
    summary: 'run a whole local stack that stays: Postgres, Temporal with its UI, sandbox with a crowd, worker',
    path: 'local/up-main.js',
    examples: ['tixngo up', 'tixngo up --sandbox-port 8090'],
  },
  {
    name: 'demo',
    summary: 'the main job on this machine, from an empty folder to a counted result',
    path: 'local/demo-main.js',
    examples: ['tixngo demo', 'tixngo demo --tickets 500'],
  },
];

/** Commands that are programs of their own: started by path, with all further words, ended with them. */
export function addChildren({ program, finish }: Registry): void {
  for (const child of children) {
    program
      .command(child.name)
      .description(child.summary)
      .argument('[words...]', 'passed on to the program')
      .allowUnknownOption()
      // The program knows its options, and its help lists them.
      .helpOption(false)
      .action(async (words: readonly string[]) => {
        const isHelp = words.includes('--help') || words.includes('-h');
        finish(await (isHelp ? showHelp(child) : runChild(child, words)));
      });
  }
}

async function showHelp(child: Child): Promise<number> {
  const exitCode = await runChild(child, ['--help']);
  const examples = child.examples.map((example) => `  $ ${example}\n`).join('');
  if (exitCode === 0) process.stdout.write(`\nExamples:\n${examples}`);
  return exitCode;
}

/** A program that hears Ctrl-C ends within this time, or is at work on it and ignores what else it is sent; milliseconds. */
const HEARD_WITHIN_MS = 1_000;

async function runChild(child: Child, words: readonly string[]): Promise<number> {
  const path = join(__dirname, '..', '..', child.path);
  if (!existsSync(path)) {
    process.stderr.write(`${child.path} is not there: build the program first (npm run build)\n`);
    return 2;
  }
  const started = spawn(process.execPath, [...(child.nodeOptions?.() ?? []), path, ...words], { stdio: 'inherit' });
  let unheard: NodeJS.Timeout | undefined;
  const passOn = (signal: NodeJS.Signals): void => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) {
      started.kill(signal);
      return;
    }
    // A terminal sends Ctrl-C to both, and a second SIGINT would end a worker in the middle of a call. Who sends SIGINT to this process alone
    // (npm does, kill too) cannot be told from it: SIGTERM, once, ends the program then, and changes nothing where it has heard Ctrl-C.
    // Not at once: one that is about to exit hears nothing any more, and would end by the signal instead of with its exit code.
    unheard ??= setTimeout(() => started.kill('SIGTERM'), HEARD_WITHIN_MS);
  };
  process.on('SIGINT', passOn);
  process.on('SIGTERM', passOn);
  try {
    return await new Promise<number>((resolve, reject) => {
      started.on('error', reject);
      started.on('exit', (code, signal) => {
        resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
      });
    });
  } finally {
    clearTimeout(unheard);
    process.off('SIGINT', passOn);
    process.off('SIGTERM', passOn);
  }
}
