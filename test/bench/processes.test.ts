import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  parseAllowedCores,
  parseCoresCpu,
  parseStat,
  readAllowedCores,
  readCoresCpu,
  readPeakMb,
  readTreeCpuSeconds,
  readTreeMb,
} from '../../bench/processes';

test('a process may be called anything', () => {
  const line = '42 (a) S 1 (b) R 7 42 42 0 -1 0 0 0 0 0 150 50 300 100 20 0 1 0';
  expect(parseStat(line)).toEqual({ pid: 42, parent: 7, cpuSeconds: 6 });
});

const stat = `cpu  1010 20 30 4000 500 600 700 80 0 0
cpu0 100 200 300 4000 500 600 700 800 0 0
cpu1 10 0 0 90 0 0 0 0 0 0
cpu2 0 0 0 100 0 0 0 0 0 0
cpu10 1000 0 0 0 0 0 0 0 0 0
intr 5 1 2
`;

test("a core's time is busy without interrupts, for those of the loopback are our own", () => {
  expect(parseCoresCpu(stat, [0])).toEqual({ busySeconds: 14, seconds: 72 });
});

test('of the machine the cores that the bench may use count, and no other', () => {
  expect(parseCoresCpu(stat, [1, 2])).toEqual({ busySeconds: 0.1, seconds: 2 });
  expect(parseCoresCpu(stat, [1, 10])).toEqual({ busySeconds: 10.1, seconds: 11 });
});

test('a core that is switched off has no time; when none has any, nobody knows what others take', () => {
  expect(parseCoresCpu(stat, [2, 3])).toEqual({ busySeconds: 0, seconds: 1 });
  expect(() => parseCoresCpu(stat, [3, 4])).toThrow('none of the cores 3, 4');
});

test.each([
  ['0', [0]],
  ['0-3', [0, 1, 2, 3]],
  ['0-1,3', [0, 1, 3]],
  ['2,8-10,64-65', [2, 8, 9, 10, 64, 65]],
])('of the list %s the bench may use %j', (list, cores) => {
  const status = `Name:\tnode\nCpus_allowed:\tb\nCpus_allowed_list:\t${list}\nMems_allowed:\t1\nMems_allowed_list:\t0\n`;
  expect(parseAllowedCores(status)).toEqual(cores);
});

test('a kernel that does not tell the cores gives no figure', () => {
  expect(() => parseAllowedCores('Name:\tnode\nMems_allowed_list:\t0\n')).toThrow('which cores');
});

test('this machine tells which cores may be used, and what they did', () => {
  expect(readCoresCpu(readAllowedCores()).seconds).toBeGreaterThan(0);
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
