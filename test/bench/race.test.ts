import { MachineBusy, runRace, type Entry, type Run } from '../../bench/race';

const toEntry = (name: string): Entry => ({ name, does: 'ours', due: 100, latencyMs: 0, api: 'accepts' });
const run = (othersShare: number): Run => ({ tickets: 100, seconds: 1, othersShare });

async function race(shares: readonly number[], evenIfBusy = false, names = ['plain', 'ours']) {
  const order: string[] = [];
  const lines: string[] = [];
  const rest = [...shares];
  const measure = ({ name }: Entry) => {
    order.push(name);
    return Promise.resolve(run(rest.shift() ?? 0));
  };
  const tell = (line: string) => lines.push(line);
  const result = await runRace(names.map(toEntry), measure, { turns: 3, evenIfBusy, tell });
  return { order, lines, result };
}

test('contenders take turns, and take turns at being first', async () => {
  const { order, result } = await race([]);
  expect(order).toEqual(['plain', 'ours', 'ours', 'plain', 'plain', 'ours']);
  expect([...result].map(([name, runs]) => [name, runs.length])).toEqual([
    ['plain', 3],
    ['ours', 3],
  ]);
});

test('a race may have one contender, or three', async () => {
  expect((await race([], false, ['crash'])).order).toEqual(['crash', 'crash', 'crash']);
  expect((await race([], false, ['a', 'b', 'c'])).order.join('')).toBe('abccbaabc');
});

test('a run beside another load is told, does not count and is repeated', async () => {
  const { order, lines, result } = await race([0.3, 0.2]);
  expect(order).toHaveLength(8);
  expect(result.get('plain')?.map(({ othersShare }) => othersShare)).toEqual([0, 0, 0]);
  expect(lines.join('\n')).toMatch(/others took 30 % of the CPU[^]*is repeated/);
});

test('a load that stays ends the bench without a figure', async () => {
  await expect(race([0.5, 0.5, 0.5, 0.5])).rejects.toThrow(MachineBusy);
});

test('15 % of the CPU are not too much', async () => {
  expect((await race([0.15])).order).toHaveLength(6);
});

test('a trial takes disturbed runs as they are', async () => {
  const { result } = await race([0.9, 0.9, 0.9, 0.9, 0.9, 0.9], true);
  expect(result.get('ours')?.map(({ othersShare }) => othersShare)).toEqual([0.9, 0.9, 0.9]);
});
