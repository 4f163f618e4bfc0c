import { availableParallelism } from 'node:os';
import type { Environment } from './read-environment';

/**
 * Node's options for a worker's process. Its heap needs some 60 MB, and half a megabyte a lane; as it comes, V8 lets it grow to 300 MB before
 * it tidies up. The young generation has its size from the beginning: as it comes, V8 starts with 1 MB, shrinks it in each quiet moment, and
 * moves to the old one what a call still holds. A smaller one costs a fifth of the CPU (docs/performance.md). None where NODE_OPTIONS sets a limit:
 * that one stands.
 */
export function workerHeapOptions(environment: Environment = process.env): readonly string[] {
  if (/--max[-_]old[-_]space[-_]size/.test(environment.NODE_OPTIONS ?? '')) return [];
  return [
    '--max-old-space-size=512',
    '--min-semi-space-size=16',
    '--max-semi-space-size=16',
    `--v8-pool-size=${helperThreads().toString()}`,
  ];
}

/** V8 takes four threads for garbage and compiling, however few cores there are: on two they keep Postgres from running, and each other. */
function helperThreads(): number {
  return Math.min(4, Math.max(1, Math.floor(availableParallelism() / 2)));
}
