import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readEnvironment } from '../config/read-environment';

const usage = `Usage: npm run up -- [options]
  --organizer NAME:KEYENV   a TIXNGO account of the sandbox, and the variable that holds its key; repeatable
                            (default fc-example:FCX_TIXNGO_KEY; a variable that is not set gets a key that only the sandbox knows)
  --sandbox-port N          port of the sandbox (default: that of the last time, else a free one)
  --ui-port N               port of the Temporal UI (the same)
  --no-crowd                nobody acts in the wallets unless asked to (POST /_sandbox/crowd)
  --help                    this text

Postgres, Temporal with its UI, the sandbox and a worker run until Ctrl-C; their data stays in .local/up. In the
wallets of the sandbox a crowd of spectators acts by itself, on some tickets every ten seconds.`;

/** Often enough that one who looks around sees something happen, seldom enough to follow it. */
const CROWD_EVERY_MS = 10_000;

/** What the words of `tixngo up` ask for. */
export interface UpOptions {
  readonly organizers: readonly string[];
  /** Spectators act in the sandbox by themselves. */
  readonly crowd: boolean;
  readonly ports: { readonly sandbox?: number; readonly temporalUi?: number };
}

/** What to say instead of starting: help (exit code 0), or what is wrong with the words (2). */
export interface Refrain {
  readonly exitCode: 0 | 2;
  readonly text: string;
}

/** What the words of the command ask for. */
export function readUpOptions(words: readonly string[]): UpOptions | Refrain {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: {
        organizer: { type: 'string', multiple: true, default: ['fc-example:FCX_TIXNGO_KEY'] },
        'sandbox-port': { type: 'string' },
        'ui-port': { type: 'string' },
        'no-crowd': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return { exitCode: 0, text: usage };
    const { organizer, 'sandbox-port': sandbox, 'ui-port': ui } = values;
    return {
      organizers: organizer,
      crowd: !values['no-crowd'],
      ports: {
        ...(sandbox !== undefined && { sandbox: toPort('sandbox-port', sandbox) }),
        ...(ui !== undefined && { temporalUi: toPort('ui-port', ui) }),
      },
    };
  } catch (error) {
    return { exitCode: 2, text: `${error instanceof Error ? error.message : String(error)}\n\n${usage}` };
  }
}

function toPort(flag: string, text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  throw new Error(`--${flag} ${text}: a port is expected, 1 to 65535`);
}

/** What the sandbox is started with; its wallets are kept in the folder. */
export function toSandboxArgs({ organizers, crowd }: UpOptions, folder: string): readonly string[] {
  return [
    ...organizers.flatMap((organizer) => ['--organizer', organizer]),
    // The database remembers what was delivered: the wallets have to remember it too.
    ...['--snapshot', join(folder, 'sandbox.json')],
    ...(crowd ? ['--crowd-every-ms', String(CROWD_EVERY_MS)] : []),
  ];
}

/** A key for each account whose variable is not set: it opens nothing but this sandbox, and each account has its own. */
export function toKeys(organizers: readonly string[]): Readonly<Record<string, string>> {
  const present = readEnvironment();
  const variables = organizers.map((organizer) => organizer.slice(organizer.lastIndexOf(':') + 1));
  return Object.fromEntries(
    variables.map((variable) => [variable, present[variable] ?? `sandbox-${variable.toLowerCase()}`]),
  );
}
