import { median } from '../../bench/median';
import type { Run } from '../../bench/race';
import { reaches, rows, type Row } from '../../bench/rows';
import { toDisturbanceLine, toRowLines } from '../../bench/table';

function toRun(seconds: number, cpu: number, othersShare = 0): Run {
  const cpuSeconds = { sender: cpu, postgres: cpu, temporal: cpu, sandbox: 99 };
  const peakMb = { sender: seconds * 100, postgres: 0, temporal: 0, sandbox: 0 };
  return { tickets: 1_000, seconds, cpuSeconds, peakMb, othersShare };
}

const result = {
  plain: [toRun(1, 1), toRun(2, 1), toRun(4, 1)],
  ours: [toRun(2, 2), toRun(2, 2), toRun(5, 2)],
};

function row(name: string): Row {
  const found = rows.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`There is no row ${name}`);
  return found;
}

test('throughput is ours over plain, of the medians; the spread is that of the turns', () => {
  expect(row('push-20k').read(result)).toEqual({ value: 1, spread: [0.5, 1] });
});

test('CPU counts worker and Postgres, and with the server Temporal too, never the API', () => {
  expect(row('cpu').read(result).value).toBe(2);
  const withoutServer = {
    ...result,
    plain: result.plain.map((run) => ({ ...run, cpuSeconds: { ...run.cpuSeconds, temporal: 0 } })),
  };
  expect(row('cpu-with-server').read(withoutServer).value).toBe(3);
});

test("memory is the worker's own", () => {
  expect(row('memory-100k').read(result)).toEqual({ value: 200, spread: [200, 500] });
});

test.each([
  ['push-20k', 0.74, false],
  ['push-20k', 0.75, true],
  ['cpu', 1.6, true],
  ['cpu', 1.61, false],
])('%s at %f reaches its must: %s', (name, value, reached) => {
  expect(reaches(row(name), { value, spread: [value, value] }, row(name).must)).toBe(reached);
});

test('the table names must, aim, figure and spread, and what was missed', () => {
  const [, missed, below] = toRowLines([
    { row: row('push-20k'), figure: { value: 0.5, spread: [0.4, 0.6] } },
    { row: row('cpu'), figure: { value: 1.5, spread: [1.4, 1.6] } },
  ]);
  expect(missed).toMatch(/^push-20k +20,000 .* >= 0\.75 +>= 0\.92 +0\.50 +0\.40 to 0\.60 +MUST MISSED$/);
  expect(below).toMatch(/<= 1\.60 +<= 1\.30 +1\.50 .* below the aim$/);
});

test('figures of disturbed runs are marked', () => {
  expect(toDisturbanceLine([toRun(1, 1, 0.15)])).toBeUndefined();
  expect(toDisturbanceLine([toRun(1, 1, 0.15), toRun(1, 1, 0.4)])).toMatch(/^NOT VALID: .* 1 of 2 runs \(up to 40 %/);
});

test('the median is the middle, or the mean of the two in the middle', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(() => median([])).toThrow();
});
