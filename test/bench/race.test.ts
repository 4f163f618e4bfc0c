import { MachineBusy, runRace, type ContenderName, type Run } from '../../bench/race';

const nothing = { sender: 0, postgres: 0, temporal: 0, sandbox: 0 };
const run = (othersShare: number): Run => ({
  tickets: 100,
  seconds: 1,
  cpuSeconds: nothing,
  peakMb: nothing,
  othersShare,
});

async function race(shares: readonly number[], evenIfBusy = false) {
  const order: ContenderName[] = [];
  const lines: string[] = [];
  const rest = [...shares];
  const measure = (contender: ContenderName) => {
    order.push(contender);
    return Promise.resolve(run(rest.shift() ?? 0));
  };
  const result = await runRace(measure, { turns: 3, evenIfBusy, tell: (line) => lines.push(line) });
  return { order, lines, result };
}

test('contenders take turns, and take turns at being first', async () => {
  const { order, result } = await race([]);
  expect(order).toEqual(['plain', 'ours', 'ours', 'plain', 'plain', 'ours']);
  expect([result.ours.length, result.plain.length]).toEqual([3, 3]);
});

test('a run beside another load is told, does not count and is repeated', async () => {
  const { order, lines, result } = await race([0.3, 0.2]);
  expect(order).toHaveLength(8);
  expect(result.plain.map(({ othersShare }) => othersShare)).toEqual([0, 0, 0]);
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
  expect(result.ours.map(({ othersShare }) => othersShare)).toEqual([0.9, 0.9, 0.9]);
});
