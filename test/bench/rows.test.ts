import type { RaceResult, Run } from '../../bench/race';
import { races } from '../../bench/races';
import { reaches, rows, type Row } from '../../bench/rows';

function toRun(seconds: number, cpu: number, more: Partial<Run> = {}): Run {
  const cpuSeconds = { sender: cpu, postgres: cpu, temporal: cpu, sandbox: 99 };
  const peakMb = { sender: seconds * 100, postgres: 0, temporal: 0, sandbox: 0 };
  return { tickets: 1_000, seconds, othersShare: 0, usage: { cpuSeconds, peakMb }, ...more };
}

const result: RaceResult = new Map([
  ['plain', [toRun(1, 1), toRun(2, 1), toRun(4, 1)]],
  ['ours', [toRun(2, 2), toRun(2, 2), toRun(5, 2)]],
]);

function toCrash(sentTwice: number, lost = 0, doubled = 0): Run {
  const crash = { killedAt: 1, readyAt: 3, doneAt: 9, lost, doubled, sentTwice, accepted: [] };
  return { tickets: 20_000, seconds: 8, othersShare: 0, crash };
}

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
  expect(row('cpu-with-server').read(result).value).toBe(2);
  const idleServer = (run: Run): Run => {
    const usage = run.usage ?? { cpuSeconds: { sender: 0, postgres: 0, temporal: 0, sandbox: 0 }, peakMb: undefined };
    if (usage.peakMb === undefined) throw new Error('The run has no usage');
    return { ...run, usage: { peakMb: usage.peakMb, cpuSeconds: { ...usage.cpuSeconds, temporal: 0 } } };
  };
  const withoutServer = new Map([...result, ['plain', (result.get('plain') ?? []).map(idleServer)]]);
  expect(row('cpu-with-server').read(withoutServer).value).toBe(3);
});

test("memory is the worker's own", () => {
  expect(row('memory-100k').read(result)).toEqual({ value: 200, spread: [200, 500] });
});

test('a million is compared with our own 100,000 of the same race: rate and memory', () => {
  const million: RaceResult = new Map([
    ['ours', [toRun(20, 1, { tickets: 1_000_000 })]],
    ['ours at 100k', [toRun(1, 1, { tickets: 100_000 })]],
  ]);
  expect(row('push-1m-rate').read(million).value).toBe(0.5);
  expect(row('memory-growth').read(million).value).toBe(20);
});

test('first call and history are those of our million; of a history the largest counts, and MB are millions of bytes', () => {
  const toMillion = (firstCallSeconds: number, events: number) =>
    toRun(1, 1, { firstCallSeconds, history: { events, bytes: events * 1_000 } });
  const million: RaceResult = new Map([['ours', [toMillion(1, 100), toMillion(2, 12_000), toMillion(9, 100)]]]);
  expect(row('first-call-1m').read(million)).toEqual({ value: 2, spread: [1, 9] });
  expect(row('history-1m').read(million)).toEqual({ value: 12_000, spread: [100, 12_000] });
  expect(row('history-1m-mb').read(million).value).toBe(12);
});

test('what a crash does must not happen once: of lost, doubled and sent twice the worst turn counts', () => {
  const crashes: RaceResult = new Map([['crash', [toCrash(50), toCrash(450, 1, 2), toCrash(0)]]]);
  expect(row('crash-20k').read(crashes).value).toBe(8);
  expect(row('crash-20k-twice').read(crashes)).toEqual({ value: 450, spread: [0, 450] });
  expect(row('crash-20k-lost').read(crashes).value).toBe(1);
  expect(row('crash-20k-doubled').read(crashes).value).toBe(2);
});

test('a tick counts its statements, and the events of its history', () => {
  const tick = toRun(1, 1, { statements: ['begin', 'select 1', 'commit'], history: { events: 11, bytes: 1 } });
  const ticks: RaceResult = new Map([['tick', [tick]]]);
  expect(row('idle-tick').read(ticks).value).toBe(3);
  expect(row('idle-tick-history').read(ticks).value).toBe(11);
});

test('a race that does not measure what a row asks for is no zero', () => {
  expect(() => row('crash-20k').read(result)).toThrow('The run has no crash');
  expect(() => row('first-call-1m').read(result)).toThrow('The run has no first call');
});

test('every row has a name of its own and a race with contenders of different names', () => {
  expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
  for (const { race } of rows) {
    const names = races[race].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  }
});

test.each([
  ['push-20k', 0.74, false],
  ['push-20k', 0.75, true],
  ['push-20k-503', 0.6, true],
  ['cpu', 1.6, true],
  ['cpu', 1.61, false],
  ['crash-20k-lost', 0, true],
  ['crash-20k-lost', 1, false],
  ['history-1m', 10_239, true],
  ['history-1m', 10_240, false],
])('%s at %f reaches its must: %s', (name, value, reached) => {
  expect(reaches(row(name), { value, spread: [value, value] }, row(name).must)).toBe(reached);
});
