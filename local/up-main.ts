// `tixngo up`: the local stack, kept until Ctrl-C. Its data stays in .local/ for the next time.
import { join } from 'node:path';
import { isFree } from './free-port';
import { keepPorts } from './kept-ports';
import { migrateAll } from './migrate-all';
import { claimFolder } from './one-stack';
import { abortWhenAskedToEnd } from './one-step';
import { PROJECT_ROOT } from './project-root';
import { startStack, type Stack } from './stack';
import { readUpOptions, toKeys, toSandboxArgs, type UpOptions } from './up-options';

/** The command cannot do what its words ask for: exit 2. */
class WrongUsage extends Error {}

up().then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = error instanceof WrongUsage ? 2 : 1;
  },
);

async function up(): Promise<number> {
  const options = readUpOptions(process.argv.slice(2));
  if ('exitCode' in options) {
    (options.exitCode === 0 ? console.log : console.error)(options.text);
    return options.exitCode;
  }
  const claim = claimFolder(PROJECT_ROOT, 'up');
  if ('refusal' in claim) throw new WrongUsage(claim.refusal);
  const { signal, stopListening } = abortWhenAskedToEnd();
  try {
    return await run(options, signal);
  } catch (error) {
    // Ended while it started: what failed because of it says less.
    if (!signal.aborted) throw error;
    console.error(`The local stack was ${signal.reason instanceof Error ? signal.reason.message : 'ended'}.`);
    return 130;
  } finally {
    claim.release();
    stopListening();
  }
}

/** Gives the exit code. */
async function run(options: UpOptions, signal: AbortSignal): Promise<0 | 1> {
  const folder = join(PROJECT_ROOT, '.local', 'up');
  await requirePorts(options);
  const ports = await keepPorts(join(folder, 'ports.json'), { wanted: options.ports, tell: console.error });
  const stack = await startStack({
    folder,
    logFolder: join(PROJECT_ROOT, '.local', 'logs'),
    sandboxArgs: toSandboxArgs(options, folder),
    environment: toKeys(options.organizers),
    ports,
    migrate: migrateAll,
    publishIn: PROJECT_ROOT,
    signal,
    tell: console.error,
  });
  try {
    sayWhereItIs(stack, options);
    const broken = await Promise.race([whenAborted(signal), stack.brokenPart]);
    if (broken === undefined) return 0;
    // Before the end, which may take a while.
    console.error(`${broken}\nThe data is kept; npm run up starts the stack again.`);
    return 1;
  } finally {
    console.error('Ending the local stack.');
    await stack.close();
  }
}

/** What is taken already is told before anything is started, in the words of this command. */
async function requirePorts({ ports }: UpOptions): Promise<void> {
  const flags = [
    ['--sandbox-port', ports.sandbox],
    ['--ui-port', ports.temporalUi],
  ] as const;
  for (const [flag, port] of flags) {
    if (port === undefined || (await isFree(port))) continue;
    throw new WrongUsage(
      `${flag} ${String(port)}: the port is taken by another program. Choose another one, or leave ${flag} out for a free one.`,
    );
  }
}

function sayWhereItIs(stack: Stack, { organizers, crowd }: UpOptions): void {
  console.log(`Temporal UI   ${stack.temporalUiUrl ?? 'where your server has it'}`);
  console.log(`Sandbox       ${stack.sandboxUrl} (url of an interface; organizer and key: ${organizers.join(', ')})`);
  if (crowd) console.log('              a crowd acts in its wallets by itself; --no-crowd keeps it still');
  console.log(`Worker        ${stack.workerHealthUrl()}/readyz`);
  console.log('In this folder "npx tixngo status" and the other commands use this stack. Ctrl-C ends it.');
}

function whenAborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve(undefined);
    });
    if (signal.aborted) resolve(undefined);
  });
}
