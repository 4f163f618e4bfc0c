#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { loadConfig } from '../config/environment';
import { createLogger } from '../config/logger';
import { ConfigProblems } from '../config/problems';
import { runWorker } from './run';

const usage = `Usage: worker [--help]
Takes work from Temporal until SIGTERM or Ctrl-C; calls in flight are finished and recorded first.

It has no options: settings come from the environment, then .env, then the local stack of the folder.
  DATABASE_URL            Postgres
  TEMPORAL_ADDRESS        Temporal, and TEMPORAL_NAMESPACE
  TIXNGO_ALLOWED_HOSTS    where interfaces may point
  WORKER_HEALTH_PORT      port of /healthz and /readyz (default 8080; 0: a free one)
  WORKER_METRICS_PORT     port of /metrics (default: none)
All of them: .env.example`;

async function main(): Promise<void> {
  const asked = readWords();
  if (asked !== 'run') return;
  const config = loadConfig();
  await runWorker(config, createLogger({ name: 'worker', level: config.logLevel }));
}

/** Answers --help; refuses every other word. */
function readWords(): 'run' | 'done' {
  try {
    const { values } = parseArgs({ options: { help: { type: 'boolean', default: false } } });
    if (!values.help) return 'run';
    console.log(usage);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exitCode = 2;
  }
  return 'done';
}

/** What whoever started the worker can mend, in one line; undefined for anything else, which keeps its stack. */
function explain(error: unknown): string | undefined {
  if (error instanceof ConfigProblems) return error.message;
  const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' && 'port' in error;
  if (!taken) return undefined;
  return `WORKER_HEALTH_PORT ${String(error.port)}: the port is taken by another program. Choose another one, or 0 for a free one.`;
}

main().catch((error: unknown) => {
  const explained = explain(error);
  console.error(explained ?? error);
  process.exitCode = explained === undefined ? 1 : 2;
});
