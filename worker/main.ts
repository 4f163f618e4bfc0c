#!/usr/bin/env node
import { loadConfig } from '../config/environment';
import { createLogger } from '../config/logger';
import { ConfigProblems } from '../config/problems';
import { runWorker } from './run';

async function main(): Promise<void> {
  const config = loadConfig();
  await runWorker(config, createLogger({ name: 'worker', level: config.logLevel }));
}

main().catch((error: unknown) => {
  const isOurs = error instanceof ConfigProblems;
  console.error(isOurs ? error.message : error);
  process.exitCode = isOurs ? 2 : 1;
});
