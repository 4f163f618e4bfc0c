import { parseArgs } from 'node:util';
import { readSecret } from '../config/secret';
import { banner } from './admin';
import { startSandbox, type Account, type Sandbox, type SandboxOptions } from './server';

const usage = `${banner}

Usage: sandbox --organizer NAME:KEYENV [options]
  --organizer NAME:KEYENV     an account, and the environment variable that holds its key; repeatable
  --port N                    port on 127.0.0.1 (default: a free one)
  --latency-ms N              least duration of every call (default 0)
  --deletion-delay-ms N       from DELETION_PENDING to DELETED (default: by hand, POST /_sandbox/wallet)
  --crowd-every-ms N          a crowd of spectators acts by itself, a round every N ms (default: nobody acts unless asked)
  --bench                     accept and count everything, validate and keep nothing
  --snapshot FILE             read the wallets and their changes from FILE and keep them there
  --repeat-chance P           chance, 0 to 1, that a diff page repeats records of the page before (default 0.2, with --bench 0)
  --ignore-idempotency-keys   treat a repeated key as a new request
  --ready-json                print {"url","adminUrl"} in one line when ready, instead of words
  --end-with-stdin            end when standard input closes

Under the administration's address: state, reset, wallet, crowd, records, repeats, changes, faults, calls (docs/sandbox.md).

Example: TIXNGO_KEY_DEMO=secret sandbox --organizer demo:TIXNGO_KEY_DEMO --port 8090`;

function readOptions(argv: readonly string[]) {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      organizer: { type: 'string', multiple: true, default: [] },
      port: { type: 'string', default: '0' },
      'latency-ms': { type: 'string', default: '0' },
      'deletion-delay-ms': { type: 'string' },
      'crowd-every-ms': { type: 'string' },
      bench: { type: 'boolean', default: false },
      snapshot: { type: 'string' },
      'repeat-chance': { type: 'string' },
      'ignore-idempotency-keys': { type: 'boolean', default: false },
      'ready-json': { type: 'boolean', default: false },
      'end-with-stdin': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  return values;
}

type Flags = ReturnType<typeof readOptions>;

function toSandboxOptions(flags: Flags): SandboxOptions {
  if (flags.organizer.length === 0) throw new Error('--organizer NAME:KEYENV is needed at least once');
  const delay = flags['deletion-delay-ms'];
  const chance = flags['repeat-chance'];
  const crowd = flags['crowd-every-ms'];
  return {
    accounts: flags.organizer.map(toAccount),
    port: toNumber('port', flags.port),
    latencyMs: toNumber('latency-ms', flags['latency-ms']),
    bench: flags.bench,
    ignoreIdempotencyKeys: flags['ignore-idempotency-keys'],
    ...(delay === undefined ? {} : { deletionDelayMs: toNumber('deletion-delay-ms', delay) }),
    ...(crowd === undefined ? {} : { crowdEveryMs: toPause('crowd-every-ms', crowd) }),
    ...(chance === undefined ? {} : { repeatChance: toChance('repeat-chance', chance) }),
    ...(flags.snapshot === undefined ? {} : { snapshotFile: flags.snapshot }),
  };
}

/** NAME may hold colons; the name of a variable cannot. */
function toAccount(text: string): Account {
  const found = /^(.+):([A-Za-z_][A-Za-z0-9_]*)$/.exec(text);
  if (found?.[1] === undefined || found[2] === undefined) {
    throw new Error(`--organizer ${text}: expected NAME:KEYENV, the name of an account and of an environment variable`);
  }
  return { organizer: found[1], apiKey: readSecret({ env: found[2] }) };
}

function toNumber(flag: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`--${flag} ${text}: expected a whole number`);
}

/** A pause that a timer can keep. */
function toPause(flag: string, text: string): number {
  const pause = toNumber(flag, text);
  if (pause > 0) return pause;
  throw new Error(`--${flag} ${text}: expected a whole number from 1 on`);
}

function toChance(flag: string, text: string): number {
  if (/^(0(\.\d{1,6})?|1)$/.test(text)) return Number(text);
  throw new Error(`--${flag} ${text}: expected a number from 0 to 1`);
}

async function main(): Promise<void> {
  const options = parseOrExplain();
  if (options === undefined) return;
  const { flags, sandboxOptions } = options;
  const sandbox = await startSandbox(sandboxOptions);
  endWhenAsked(sandbox, flags['end-with-stdin']);
  if (flags['ready-json']) {
    console.log(JSON.stringify({ url: sandbox.url, adminUrl: sandbox.adminUrl }));
  } else {
    console.log(`${banner}\ninterface URL  ${sandbox.url}\nadministration ${sandbox.adminUrl}`);
  }
}

function parseOrExplain(): { flags: Flags; sandboxOptions: SandboxOptions } | undefined {
  try {
    const flags = readOptions(process.argv.slice(2));
    if (flags.help) {
      console.log(usage);
      return undefined;
    }
    return { flags, sandboxOptions: toSandboxOptions(flags) };
  } catch (error) {
    console.error(`${toMessage(error)}\n\n${usage}`);
    process.exitCode = 2;
    return undefined;
  }
}

function endWhenAsked(sandbox: Sandbox, withStdin: boolean): void {
  let ending = false;
  const end = () => {
    if (ending) return;
    ending = true;
    process.stdin.pause();
    sandbox.close().catch(fail);
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  if (withStdin) process.stdin.once('end', end).once('error', end).resume();
}

function fail(error: unknown): void {
  const port = takenPort(error);
  if (port !== undefined) {
    console.error(
      `Port ${port} is taken by another program. Choose one with --port N, or leave --port out for a free one.`,
    );
    process.exitCode = 2;
    return;
  }
  console.error(`The sandbox ended: ${toMessage(error)}`);
  process.exitCode = 1;
}

/** The port that could not be listened on because somebody else does. */
function takenPort(error: unknown): string | undefined {
  const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' && 'port' in error;
  return taken ? String(error.port) : undefined;
}

/** Errors of Node's own modules are Errors here: only one realm runs in a program. */
function toMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

main().catch(fail);
