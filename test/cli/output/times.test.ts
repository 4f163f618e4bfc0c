import { parseDuration, toDuration } from '../../../cli/output/times';

test.each([
  [-5_000, 'under 1 s'],
  [0, 'under 1 s'],
  [999, 'under 1 s'],
  [1_000, '1 s'],
  [59_499, '59 s'],
  [59_500, '1 min'],
  [61_000, '1 min 1 s'],
  [3_600_000, '1 h'],
  [3_605_000, '1 h'],
  [100 * 60_000, '1 h 40 min'],
  [76 * 3_600_000, '3 d 4 h'],
])('%d ms are told as %s: two units at most, never 0', (milliseconds, told) => {
  expect(toDuration(milliseconds)).toBe(told);
});

test.each([
  ['90s', 90_000],
  ['15m', 900_000],
  ['2h', 7_200_000],
  ['1d', 86_400_000],
  ['1.5h', undefined],
  ['5', undefined],
  ['-1h', undefined],
  ['1h ', undefined],
])('%s is read as %s ms', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});
