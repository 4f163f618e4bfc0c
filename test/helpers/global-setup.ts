import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { Client } from 'pg';
import { migrate } from '../../db/migrate';
import { startPostgres } from '../../local/postgres';
import { PROJECT_ROOT } from '../../local/project-root';
import { SEARCH_ATTRIBUTES } from '../../local/search-attributes';
import { startTemporal } from '../../local/temporal';
import { keepForTeardown } from './kept-servers';
import { publishServers } from './servers';

const TEMPLATE = 'tixngo_template';

/** One Postgres, one Temporal server and one workflow bundle for all test files, started together. */
export default async function startServers(): Promise<void> {
  const folder = join(PROJECT_ROOT, '.local', 'test', String(process.pid));
  mkdirSync(folder, { recursive: true });
  const started = await Promise.allSettled([startMigratedPostgres(folder), startTestTemporal(folder), bundle(folder)]);
  const [postgres, temporal, workflowBundle] = started;
  keepForTeardown([
    ...(postgres.status === 'fulfilled' ? [postgres.value.close] : []),
    ...(temporal.status === 'fulfilled' ? [temporal.value.close] : []),
    () => {
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
  ]);
  const failure = started.find((result) => result.status === 'rejected');
  if (failure || postgres.status !== 'fulfilled' || temporal.status !== 'fulfilled') throw failure?.reason;
  publishServers({
    postgresUrl: postgres.value.url,
    template: TEMPLATE,
    temporalAddress: temporal.value.address,
    temporalUiUrl: temporal.value.uiUrl,
    ...(workflowBundle.status === 'fulfilled' && workflowBundle.value),
  });
}

async function startMigratedPostgres(folder: string): Promise<{ url: string; close: () => Promise<void> }> {
  const postgres = await startPostgres({
    folder: join(folder, 'postgres'),
    logFolder: folder,
    durable: false,
    temporary: true,
  });
  try {
    const client = new Client({ connectionString: postgres.url });
    await client.connect();
    await client.query(`create database ${TEMPLATE}`);
    await client.end();
    const template = new URL(postgres.url);
    template.pathname = `/${TEMPLATE}`;
    await migrate(template.href);
  } catch (error) {
    await postgres.close();
    throw error;
  }
  return { url: postgres.url, close: () => postgres.close() };
}

async function startTestTemporal(
  folder: string,
): Promise<{ address: string; uiUrl: string; close: () => Promise<void> }> {
  const { address, uiUrl, program } = await startTemporal({
    logFolder: folder,
    // Else timers round up to a second (stack.md "Testing with a real server").
    dynamicConfig: { 'history.timerProcessorMaxTimeShift': '"1ms"' },
    searchAttributes: SEARCH_ATTRIBUTES,
    tell: (line) => process.stderr.write(`${line}\n`),
  });
  // Its state is in memory: there is nothing to end in order.
  const close = async (): Promise<void> => {
    program.signal('SIGKILL');
    await program.ended;
  };
  return { address, uiUrl, close };
}

async function bundle(folder: string): Promise<{ workflowBundle?: string }> {
  const workflowsPath = join(PROJECT_ROOT, 'workflows', 'index.ts');
  if (!existsSync(workflowsPath)) return {};
  const logger = { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet };
  const { code } = await bundleWorkflowCode({ workflowsPath, logger });
  const workflowBundle = join(folder, 'workflow-bundle.js');
  writeFileSync(workflowBundle, code);
  return { workflowBundle };
}

/** The bundler's progress; a failure comes as an error. */
function quiet(): void {
  return undefined;
}
