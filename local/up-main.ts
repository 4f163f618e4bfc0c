// `tixngo up`: the local stack, kept until Ctrl-C. Its data stays in .local/ for the next time.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { migrateAll } from './migrate-all';
import { abortWhenAskedToEnd } from './one-step';
import { PROJECT_ROOT } from './project-root';
import { startStack, type Stack } from './stack';

up().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

async function up(): Promise<void> {
  const { signal, stopListening } = abortWhenAskedToEnd();
  const stack = await startStack({
    ...readOptions(),
    migrate: migrateAll,
    publishIn: PROJECT_ROOT,
    signal,
    tell: console.error,
  });
  try {
    sayWhereItIs(stack);
    const broken = await Promise.race([whenAborted(signal), stack.brokenPart]);
    if (broken !== undefined) throw new Error(`${broken} ended by itself; its log is in .local/logs`);
  } finally {
    console.error('Ending the local stack.');
    await stack.close();
    stopListening();
  }
}

/** `--organizer NAME:KEYENV` goes to the sandbox; ports are free ones unless given. */
function readOptions() {
  const { values } = parseArgs({
    options: {
      organizer: { type: 'string', multiple: true, default: ['fc-example:FCX_TIXNGO_KEY'] },
      'sandbox-port': { type: 'string' },
      'ui-port': { type: 'string' },
    },
  });
  const ui = values['ui-port'];
  const sandbox = values['sandbox-port'];
  return {
    folder: join(PROJECT_ROOT, '.local', 'up'),
    sandboxArgs: values.organizer.flatMap((organizer) => ['--organizer', organizer]),
    // The sandbox's key opens nothing but the sandbox.
    environment: { FCX_TIXNGO_KEY: 'sandbox-key' },
    ports: {
      ...(ui !== undefined && { temporalUi: Number(ui) }),
      ...(sandbox !== undefined && { sandbox: Number(sandbox) }),
    },
  };
}

function sayWhereItIs(stack: Stack): void {
  console.log(`Temporal UI   ${stack.temporalUiUrl ?? 'where your server has it'}`);
  console.log(`Sandbox       ${stack.sandboxUrl}`);
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
