import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseMachineCpu, parseStat, readPeakMb, readTreeCpuSeconds, readTreeMb } from '../../bench/processes';

test('a process may be called anything', () => {
  const line = '42 (a) S 1 (b) R 7 42 42 0 -1 0 0 0 0 0 150 50 300 100 20 0 1 0';
  expect(parseStat(line)).toEqual({ pid: 42, parent: 7, cpuSeconds: 6 });
});

test("the machine's time is busy without interrupts, for those of the loopback are our own", () => {
  const text = 'cpu  100 200 300 4000 500 600 700 800 0 0\ncpu0 1 2 3\n';
  expect(parseMachineCpu(text)).toEqual({ busySeconds: 14, seconds: 72 });
});

test('what a child used counts for its parent, also once it has ended', async () => {
  const before = readTreeCpuSeconds(process.pid);
  const child = spawn(process.execPath, ['-e', 'while (process.cpuUsage().user < 300_000);']);
  await once(child, 'exit');
  expect(readTreeCpuSeconds(process.pid) - before).toBeGreaterThan(0.25);
});

test('a process that is there has memory, one that is gone has none', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  const pid = child.pid ?? 0;
  await once(child, 'exit');
  expect(readPeakMb(process.pid)).toBeGreaterThan(20);
  expect(readTreeMb(process.pid)).toBeGreaterThan(20);
  expect(readPeakMb(pid)).toBe(0);
});
