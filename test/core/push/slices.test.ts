import { sliceTickets } from '../../../core/push/slices';

test('slices grow tenfold at most, from one that is planned at once to the largest', () => {
  const sizes = [1, 2, 3, 4, 500].map(sliceTickets);
  expect(sizes).toEqual([4_000, 20_000, 100_000, 100_000, 100_000]);
  sizes.slice(1).forEach((size, index) => {
    expect(size / (sizes[index] ?? 0)).toBeLessThanOrEqual(10);
  });
});
