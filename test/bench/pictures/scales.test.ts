import { toLinearAxis, toLogAxis, toShare } from '../../../bench/pictures/scales';

test.each([
  [9.3, 10, [0, 2, 4, 6, 8, 10]],
  [1_100, 1_500, [0, 500, 1_000, 1_500]],
  [0.9, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
  [5, 5, [0, 1, 2, 3, 4, 5]],
])('a linear axis for %f ends at %f, in round steps', (most, to, ticks) => {
  expect(toLinearAxis('seconds', most)).toEqual({ label: 'seconds', kind: 'linear', from: 0, to, ticks });
});

test('an axis of nothing is still an axis', () => {
  const { to, ticks } = toLinearAxis('tickets', 0);
  expect(to).toBeGreaterThan(0);
  expect(ticks).toHaveLength(2);
});

test.each([
  [[1_000, 1_000_000], 1_000, 1_000_000, [1_000, 10_000, 100_000, 1_000_000]],
  [[0.6, 150], 0.1, 1_000, [0.1, 1, 10, 100, 1_000]],
  [[1], 1, 10, [1, 10]],
])('a logarithmic axis for %j goes from %f to %f by powers of ten', (values, from, to, ticks) => {
  expect(toLogAxis('seconds', values)).toEqual({ label: 'seconds', kind: 'log', from, to, ticks });
});

test('a value lies at its share of the axis, on a logarithmic one by its digits', () => {
  expect(toShare(toLinearAxis('s', 10), 5)).toBeCloseTo(0.5);
  expect(toShare(toLogAxis('s', [1, 100]), 10)).toBeCloseTo(0.5);
});
