import { parseRetryAfter } from '../../tixngo/retry-after';

const now = Date.parse('2026-06-14T21:00:00Z');

test.each([
  ['0', undefined, 0],
  ['30', undefined, 30_000],
  [' 30 ', undefined, 30_000],
  ['99999999999', undefined, 99_999_999_999_000],
  ['-5', undefined, undefined],
  ['1.5', undefined, undefined],
  ['', undefined, undefined],
  ['tomorrow', undefined, undefined],
  ['2026-06-14', undefined, undefined],
  [undefined, undefined, undefined],
  [['1'], undefined, undefined],
  ['Sun, 14 Jun 2026 21:00:10 GMT', undefined, 10_000],
  ['Sun, 14 Jun 2026 20:00:00 GMT', undefined, 0],
  ['Sun, 14 Jun 2026 22:00:10 GMT', 'Sun, 14 Jun 2026 22:00:00 GMT', 10_000],
  ['Sunday, 14-Jun-26 21:00:10 GMT', undefined, 10_000],
  ['Sun Jun 14 21:00:10 2026 GMT', undefined, 10_000],
  ['Sun, 99 Jun 2026 21:00:10 GMT', undefined, undefined],
])('Retry-After %j with Date %j asks for %j ms', (header, date, expected) => {
  expect(parseRetryAfter(header, date, now)).toBe(expected);
});
