import { spawnSync } from 'node:child_process';
import { workerHeapOptions } from '../../config/worker-heap';

/** The heap limit of a process that is started so, in MB; the young generation is part of it. */
function heapLimitMb(nodeOptions: string): number {
  const { stdout } = spawnSync(
    process.execPath,
    [...workerHeapOptions({ NODE_OPTIONS: nodeOptions }), '-p', 'v8.getHeapStatistics().heap_size_limit'],
    { env: { ...process.env, NODE_OPTIONS: nodeOptions }, encoding: 'utf8' },
  );
  return Number(stdout) / 2 ** 20;
}

test("a worker's heap is limited, and a limit that is set in NODE_OPTIONS stands", () => {
  expect(heapLimitMb('')).toBeLessThan(700);
  expect(heapLimitMb('--max-old-space-size=1000')).toBeGreaterThan(1_000);
  expect(heapLimitMb('--max_old_space_size=1000')).toBeGreaterThan(1_000);
});
