// `tixngo up`: the local stack, kept until Ctrl-C. Its data stays in .local/ for the next time.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readEnvironment } from '../config/read-environment';
import { isFree } from './free-port';
import { keepPorts } from './kept-ports';
import { migrateAll } from './migrate-all';
import { abortWhenAskedToEnd } from './one-step';
import { describeHolder, findHolder } from './postgres-orphan';
import { findPostgresPlace } from './postgres-place';
import { PROJECT_ROOT } from './project-root';
import { startStack, type Stack } from './stack';

const usage = `Usage: npm run up -- [options]
  --organizer NAME:KEYENV   a TIXNGO account of the sandbox, and the variable that holds its key; repeatable
                            (default fc-example:FCX_TIXNGO_KEY; a variable that is not set gets a key that only the sandbox knows)
  --sandbox-port N          port of the sandbox (default: that of the last time, else a free one)
  --ui-port N               port of the Temporal UI (the same)
  --help                    this text

Postgres, Temporal with its UI, the sandbox and a worker run until Ctrl-C; their data stays in .local/up.`;

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
  const options = readOptions();
  if (typeof options === 'number') return options;
  const { signal, stopListening } = abortWhenAskedToEnd();
  try {
    await run(options, signal);
    return 0;
  } catch (error) {
    // Ended while it started: what failed because of it says less.
    if (!signal.aborted) throw error;
    console.error(`The local stack was ${signal.reason instanceof Error ? signal.reason.message : 'ended'}.`);
    return 130;
  } finally {
    stopListening();
  }
}

async function run(options: UpOptions, signal: AbortSignal): Promise<void> {
  const folder = join(PROJECT_ROOT, '.local', 'up');
  await requirePlace(folder, options);
  const kept = await keepPorts(join(folder, 'ports.json'));
  const stack = await startStack({
    folder,
    logFolder: join(PROJECT_ROOT, '.local', 'logs'),
    sandboxArgs: [
      ...options.organizers.flatMap((organizer) => ['--organizer', organizer]),
      // The database remembers what was delivered: the wallets have to remember it too.
      ...['--snapshot', join(folder, 'sandbox.json')],
    ],
    environment: toKeys(options.organizers),
    ports: { ...kept, ...options.ports },
    migrate: migrateAll,
    publishIn: PROJECT_ROOT,
    signal,
    tell: console.error,
  });
  try {
    sayWhereItIs(stack, options);
    const broken = await Promise.race([whenAborted(signal), stack.brokenPart]);
    if (broken !== undefined) throw new Error(`${broken} ended by itself; its log is in .local/logs`);
  } finally {
    console.error('Ending the local stack.');
    await stack.close();
  }
}

/** What is taken already is told before anything is started, in the words of this command. */
async function requirePlace(folder: string, { ports }: UpOptions): Promise<void> {
  const holder = findHolder(findPostgresPlace(join(folder, 'postgres')).folder);
  if (holder !== undefined) throw new WrongUsage(describeHolder(folder, holder));
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

interface UpOptions {
  readonly organizers: readonly string[];
  readonly ports: { readonly sandbox?: number; readonly temporalUi?: number };
}

function readOptions(): UpOptions | number {
  try {
    const { values } = parseArgs({
      options: {
        organizer: { type: 'string', multiple: true, default: ['fc-example:FCX_TIXNGO_KEY'] },
        'sandbox-port': { type: 'string' },
        'ui-port': { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      console.log(usage);
      return 0;
    }
    const { organizer, 'sandbox-port': sandbox, 'ui-port': ui } = values;
    return {
      organizers: organizer,
      ports: {
        ...(sandbox !== undefined && { sandbox: toPort('sandbox-port', sandbox) }),
        ...(ui !== undefined && { temporalUi: toPort('ui-port', ui) }),
      },
    };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return 2;
  }
}

function toPort(flag: string, text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  throw new Error(`--${flag} ${text}: a port is expected, 1 to 65535`);
}

/** A key for each account whose variable is not set: it opens nothing but this sandbox, and each account has its own. */
function toKeys(organizers: readonly string[]): Readonly<Record<string, string>> {
  const present = readEnvironment();
  const variables = organizers.map((organizer) => organizer.slice(organizer.lastIndexOf(':') + 1));
  return Object.fromEntries(
    variables.map((variable) => [variable, present[variable] ?? `sandbox-${variable.toLowerCase()}`]),
  );
}

function sayWhereItIs(stack: Stack, { organizers }: UpOptions): void {
  console.log(`Temporal UI   ${stack.temporalUiUrl ?? 'where your server has it'}`);
  console.log(`Sandbox       ${stack.sandboxUrl} (url of an interface; organizer and key: ${organizers.join(', ')})`);
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
