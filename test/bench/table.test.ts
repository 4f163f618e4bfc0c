import type { Run } from '../../bench/race';
import { mustOf, rows, type Row } from '../../bench/rows';
import { passes, toDisturbanceLine, toRaceLines, toRowLines } from '../../bench/table';

const nothing = { sender: 0, postgres: 0, temporal: 0, sandbox: 0 };
const toRun = (othersShare: number, more: Partial<Run> = {}): Run => ({
  tickets: 100,
  seconds: 2,
  othersShare,
  ...more,
});

function row(name: string): Row {
  const found = rows.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`There is no row ${name}`);
  return found;
}

test('the table names must, aim, figure and spread, and what was missed', () => {
  const [, missed, below, reached, without] = toRowLines(
    [
      { row: row('push-20k'), figure: { value: 0.5, spread: [0.4, 0.6] } },
      { row: row('cpu'), figure: { value: 1.5, spread: [1.4, 1.6] } },
      { row: row('crash-20k-lost'), figure: { value: 0, spread: [0, 0] } },
      { row: row('push-1k'), figure: { value: 0.2, spread: [0.1, 0.3] } },
    ],
    2,
  );
  expect(missed).toMatch(/^push-20k +20,000 .* >= 0\.75 +>= 0\.92 +0\.50 +0\.40 to 0\.60 +MUST MISSED$/);
  expect(below).toMatch(/<= 1\.60 +<= 1\.30 +1\.50 .* below the aim$/);
  expect(reached).toMatch(/<= 0 +<= 0 +0 +0 to 0 +reached$/);
  expect(without).toMatch(/ - +- +0\.20 +0\.10 to 0\.30$/);
});

test('a figure that misses a must or an aim is shown with as many places as it takes to see it', () => {
  const measuredOf = (name: string, value: number, cores: number): string | undefined =>
    toRowLines([{ row: row(name), figure: { value, spread: [value, value] } }], cores)[1]
      ?.split(/ {2,}/)
      .at(4);
  expect(measuredOf('push-20k', 0.7496, 2)).toBe('0.7496');
  expect(measuredOf('push-20k', 0.74999999, 2)).toBe('0.74999999');
  expect(measuredOf('push-20k', 0.9197, 2)).toBe('0.9197');
  expect(measuredOf('push-20k', 0.7523, 2)).toBe('0.75');
  expect(measuredOf('cpu', 1.604, 2)).toBe('1.604');
  expect(measuredOf('memory-100k', 350.3, 2)).toBe('350.3');
  expect(measuredOf('memory-100k', 249.7, 2)).toBe('250');
});

test('four cores must reach what they can: two may be below', () => {
  const measured = [{ row: row('push-100k'), figure: { value: 0.9, spread: [0.9, 0.9] } }] as const;
  expect(toRowLines(measured, 2)[1]).toMatch(/>= 0\.85 +>= 1 +0\.90 .* below the aim$/);
  expect(toRowLines(measured, 4)[1]).toMatch(/>= 0\.92 +>= 1 +0\.90 .* MUST MISSED$/);
  expect(mustOf(row('cpu'), 4)).toBe(1.6);
});

test('of each contender rate, seconds, CPU and memory are shown', () => {
  const run = toRun(0, { usage: { cpuSeconds: { ...nothing, sender: 1.5 }, peakMb: { ...nothing, postgres: 300 } } });
  const [head, line] = toRaceLines('push-20k', new Map([['plain', [run]]]));
  expect(head).toMatch(/^push-20k +tickets\/s +s +CPU s sender .* MB postgres/);
  expect(line).toMatch(/^plain +50 +2\.00 +1\.50 .* 300 /);
});

test('of a crash its times and what it did are shown, for each turn', () => {
  const crash = { killedAt: 2, readyAt: 4.25, doneAt: 9, lost: 0, doubled: 1, sentTwice: 350, accepted: [] };
  const lines = toRaceLines('crash-20k', new Map([['crash', [toRun(0, { crash }), toRun(0, { crash })]]]));
  expect(lines).toHaveLength(3);
  expect(lines[1]).toMatch(
    /killed at 2\.0 s, worker ready at 4\.\d s, done at 9\.0 s; 0 lost, 1 doubled, 350 sent twice/,
  );
});

test('of a tick every statement is shown', () => {
  const tick = toRun(0, { statements: ['begin', 'commit'], history: { events: 11, bytes: 5 } });
  expect(toRaceLines('idle-tick', new Map([['tick', [tick]]]))).toEqual([
    'idle-tick',
    '  2 statements, 11 history events',
    '    begin',
    '    commit',
  ]);
});

test('one must that is missed fails the bench, by what the cores can reach', () => {
  const reached = { row: row('cpu'), figure: { value: 1.5, spread: [1.4, 1.6] } } as const;
  const below = { row: row('push-100k'), figure: { value: 0.9, spread: [0.9, 0.9] } } as const;
  expect(passes([reached, below], { cores: 2, disturbance: undefined })).toBe(true);
  expect(passes([reached, below], { cores: 4, disturbance: undefined })).toBe(false);
});

test('figures of disturbed runs fail the bench, also those that reach their must and those without one', () => {
  const good = { value: 1, spread: [1, 1] } as const;
  const measured = [row('push-20k'), row('push-1k')].map((one) => ({ row: one, figure: good }));
  expect(passes(measured, { cores: 4, disturbance: toDisturbanceLine([toRun(0.15)]) })).toBe(true);
  expect(passes(measured, { cores: 4, disturbance: toDisturbanceLine([toRun(0.15), toRun(0.4)]) })).toBe(false);
});

test('figures of disturbed runs are marked', () => {
  expect(toDisturbanceLine([toRun(0.15)])).toBeUndefined();
  expect(toDisturbanceLine([toRun(0.15), toRun(0.4)])).toMatch(/^NOT VALID: .* 1 of 2 runs \(up to 40 %/);
});
