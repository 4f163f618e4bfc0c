import { spawnSync } from 'node:child_process';
import { workerHeapOptions } from '../../config/worker-heap';

/** What a process that is started so says of its heap, in MB. */
function askMb(nodeOptions: string, expression: string): number {
  const { stdout } = spawnSync(
    process.execPath,
    [...workerHeapOptions({ NODE_OPTIONS: nodeOptions }), '-p', expression],
    { env: { ...process.env, NODE_OPTIONS: nodeOptions }, encoding: 'utf8' },
  );
  return Number(stdout) / 2 ** 20;
}

/** Its limit; the young generation is part of it. */
function heapLimitMb(nodeOptions: string): number {
  return askMb(nodeOptions, 'v8.getHeapStatistics().heap_size_limit');
}

test("a worker's heap is limited, and a limit that is set in NODE_OPTIONS stands", () => {
  expect(heapLimitMb('')).toBeLessThan(700);
  expect(heapLimitMb('--max-old-space-size=1000')).toBeGreaterThan(1_000);
  expect(heapLimitMb('--max_old_space_size=1000')).toBeGreaterThan(1_000);
});

test('its young generation has its whole size from the beginning, for V8 would begin with 1 MB', () => {
  const youngMb = askMb('', 'v8.getHeapSpaceStatistics().find((space) => space.space_name === "new_space").space_size');
  expect(youngMb).toBe(16);
});
