import { races } from '../../bench/races';
import { findShortage, MachineTooSmall, requireRoom, roomFor, toMemoryGb } from '../../bench/room';
import type { Race } from '../../bench/race';

const small = races['push-20k'];
const million = races['push-1m'];
const plenty = { memoryGb: 64, diskGb: 500 };

test('a million needs more memory and disk than 20,000', () => {
  const [few, many] = [roomFor(small, new Set([20_000])), roomFor(million, new Set([1_000_000]))];
  expect(many.memoryGb).toBeGreaterThan(few.memoryGb + 1);
  expect(many.diskGb).toBeGreaterThan(few.diskGb + 15);
});

test('what is missing is named with the race that needs it', () => {
  const wanted = new Map<string, Race>([
    ['push-20k', small],
    ['push-1m', million],
  ]);
  expect(findShortage(wanted, plenty)).toBeUndefined();
  expect(findShortage(wanted, { ...plenty, memoryGb: 3 })).toMatch(
    /^3\.0 GB of memory are available, push-1m needs 4\.3 GB$/,
  );
  expect(findShortage(wanted, { ...plenty, diskGb: 10 })).toMatch(
    /^10\.0 GB of disk are free, push-1m needs \d+\.\d GB$/,
  );
  expect(findShortage(wanted, { ...plenty, memoryGb: 1 })).toMatch(/push-20k needs 2\.0 GB$/);
});

test('seeded databases are kept: a later race needs the disk of those before it too', () => {
  const wanted = new Map<string, Race>([
    ['push-1m', million],
    ['push-20k', small],
  ]);
  const alone = roomFor(small, new Set([20_000])).diskGb;
  const after = roomFor(small, new Set([1_000_000, 100_000, 20_000])).diskGb;
  expect(after).toBeGreaterThan(alone + 6);
  expect(findShortage(wanted, { ...plenty, diskGb: alone + 1 })).toMatch(/push-1m/);
});

const meminfo =
  'MemTotal:       16777216 kB\nMemFree:         1048576 kB\nMemAvailable:    8388608 kB\nBuffers:          524288 kB\n';

test.each([
  ['no limit is known', 0, 8],
  ['a container may have less than the machine', 3 * 2 ** 30, 3],
  ['a limit above what the machine has left gives no more', 12 * 2 ** 30, 8],
  ['the kernel writes no limit as a number beyond every memory', 2 ** 64, 8],
])('memory that can be had: %s', (_, limitBytes, memoryGb) => {
  expect(toMemoryGb(meminfo, limitBytes)).toBe(memoryGb);
});

test('a machine without room ends the bench without a figure', () => {
  const endless: Race = small.map((entry) => ({ ...entry, due: 1e12 }));
  expect(() => {
    requireRoom(__dirname, new Map([['endless', endless]]));
  }).toThrow(MachineTooSmall);
  expect(() => {
    requireRoom(__dirname, new Map([['endless', endless]]));
  }).toThrow(/endless needs .*: no figure$/);
});
