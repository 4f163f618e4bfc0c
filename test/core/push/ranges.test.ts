import fc from 'fast-check';
import { cutIntoRanges, joinBatches } from '../../../core/push/ranges';

const batchesOf = (ranges: readonly { firstBatch: number; lastBatch: number }[]) =>
  ranges.flatMap(({ firstBatch, lastBatch }) =>
    Array.from({ length: lastBatch - firstBatch + 1 }, (_, i) => firstBatch + i),
  );

describe('a slice is cut into equal rounds of ranges (performance.md)', () => {
  test.each([
    // n batches, window: ranges, batches of the longest
    { n: 400, window: 8, ranges: 8, longest: 50 },
    { n: 2000, window: 8, ranges: 24, longest: 84 },
    { n: 2000, window: 4, ranges: 20, longest: 100 },
    { n: 800, window: 8, ranges: 8, longest: 100 },
    { n: 801, window: 8, ranges: 16, longest: 51 },
    { n: 41, window: 4, ranges: 4, longest: 11 },
    { n: 3, window: 8, ranges: 3, longest: 1 },
    { n: 1, window: 1, ranges: 1, longest: 1 },
  ])('$n batches in $window lanes: $ranges ranges of at most $longest', ({ n, window, ranges, longest }) => {
    const cut = cutIntoRanges(0, n, window);
    expect(cut).toHaveLength(ranges);
    expect(Math.max(...cut.map(({ firstBatch, lastBatch }) => lastBatch - firstBatch + 1))).toBe(longest);
  });

  test('nothing is cut into nothing', () => {
    expect(cutIntoRanges(7, 0, 4)).toEqual([]);
  });

  test('each batch is in exactly one range, in order, and no range is longer than a round allows', () => {
    fc.assert(
      fc.property(fc.nat(5_000), fc.nat(4_000), fc.integer({ min: 1, max: 64 }), (first, n, window) => {
        const cut = cutIntoRanges(first, n, window);
        expect(batchesOf(cut)).toEqual(Array.from({ length: n }, (_, i) => first + i));
        expect(cut.every(({ firstBatch, lastBatch }) => lastBatch - firstBatch < 100)).toBe(true);
        expect(cut.every(({ number, firstBatch }) => number === firstBatch)).toBe(true);
        // Equal rounds: at most as many ranges as full rounds have.
        expect(cut.length).toBeLessThanOrEqual(window * Math.ceil(n / (window * 100)));
      }),
    );
  });
});

describe('open batches are joined into ranges of neighbours', () => {
  test.each([
    [[], 3, []],
    [[4], 3, [[4, 4]]],
    [
      [4, 5, 6, 7],
      3,
      [
        [4, 6],
        [7, 7],
      ],
    ],
    [
      [1, 2, 9, 10],
      50,
      [
        [1, 2],
        [9, 10],
      ],
    ],
  ])('%j, at most %i', (batches, longest, expected) => {
    const joined = joinBatches(batches, longest);
    expect(joined.map(({ firstBatch, lastBatch }) => [firstBatch, lastBatch])).toEqual(expected);
    expect(joined.map(({ number }) => number)).toEqual(joined.map(({ firstBatch }) => firstBatch));
  });

  test('each batch is in exactly one range, and no other is', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(200)), fc.integer({ min: 1, max: 60 }), (list, longest) => {
        const batches = [...list].sort((a, b) => a - b);
        const joined = joinBatches(batches, longest);
        expect(batchesOf(joined)).toEqual(batches);
        expect(joined.every(({ firstBatch, lastBatch }) => lastBatch - firstBatch < longest)).toBe(true);
      }),
    );
  });
});
