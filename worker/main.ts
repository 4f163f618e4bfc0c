#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { findNodeMistake } from '../config/node-version';
import { ConfigProblems } from '../config/problems';

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
  const mistake = findNodeMistake(process.versions.node);
  if (mistake !== undefined) {
    console.error(mistake);
    process.exitCode = 2;
    return;
  }
  // From here on only: a Node that is too old cannot load all of it, and would say so in its own words.
  const [{ loadConfig }, { createLogger }, { runWorker }] = await Promise.all([
    import('../config/environment.js'),
    import('../config/logger.js'),
    import('./run.js'),
  ]);
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

/** What whoever started the worker can mend, in one line, and its exit code (operations.md); undefined for anything else, which keeps its stack. */
function explain(error: unknown): { readonly message: string; readonly exitCode: 2 | 3 } | undefined {
  if (error instanceof ConfigProblems) return { message: error.message, exitCode: 2 };
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'TransportError') {
    return { message: 'TEMPORAL_ADDRESS: no Temporal server answers there. Is it running?', exitCode: 3 };
  }
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE' && 'port' in error) {
    return {
      message: `WORKER_HEALTH_PORT ${String(error.port)}: the port is taken by another program. Choose another one, or 0 for a free one.`,
      exitCode: 2,
    };
  }
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'ETIMEDOUT' || code === 'EHOSTUNREACH') {
    return { message: `DATABASE_URL: no Postgres answers there (${code}). Is it running?`, exitCode: 3 };
  }
  return undefined;
}

main().catch((error: unknown) => {
  const explained = explain(error);
  console.error(explained?.message ?? error);
  process.exitCode = explained?.exitCode ?? 1;
});
