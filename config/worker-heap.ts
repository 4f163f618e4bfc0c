import type { Environment } from './read-environment';

/**
 * Node's options for a worker's process. Its heap needs some 60 MB, and half a megabyte a lane; as it comes, V8 lets it grow to 300 MB before
 * it tidies up, and with this limit it stays below 150 (docs/performance.md). None where NODE_OPTIONS sets a limit: that one stands.
 */
export function workerHeapOptions(environment: Environment = process.env): readonly string[] {
  if (environment.NODE_OPTIONS?.includes('--max-old-space-size') === true) return [];
  return ['--max-old-space-size=512', '--max-semi-space-size=8'];
}
