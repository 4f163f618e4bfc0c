import fc from 'fast-check';
import { findCronMistake } from '../../../core/schedule/cron';

test.each([
  '* * * * *',
  '*/5 * * * *',
  '0 8-20/2 1,15 JAN-mar sun',
  '59 23 31 12 7',
  '5/10 * * * 1-5',
  '  0   0  *  *  0 ',
])('%s is an expression', (expression) => {
  expect(findCronMistake(expression)).toBeUndefined();
});

test.each<[expression: string, mistake: string]>([
  ['', 'five fields'],
  ['* * * *', 'five fields'],
  ['0 * * * * *', 'five fields'],
  ['@hourly', 'five fields'],
  ['60 * * * *', 'its minute is not'],
  ['* 24 * * *', 'its hour is not'],
  ['* * 0 * *', 'its day of month is not'],
  ['* * 32 * *', 'its day of month is not'],
  ['* * * 13 *', 'its month is not'],
  ['* * * MON *', 'its month is not'],
  ['* * * * 8', 'its day of week is not'],
  ['* * * * JAN', 'its day of week is not'],
  ['*/0 * * * *', 'its minute is not'],
  ['*/60 * * * *', 'its minute is not'],
  ['5-1 * * * *', 'its minute is not'],
  ['1,,2 * * * *', 'its minute is not'],
  ['1- * * * *', 'its minute is not'],
  ['-1 * * * *', 'its minute is not'],
  ['a * * * *', 'its minute is not'],
  ['1.5 * * * *', 'its minute is not'],
])('%j is none: %s', (expression, mistake) => {
  expect(findCronMistake(expression)).toContain(mistake);
});

test('numbers within bounds make an expression, in any list', () => {
  const list = (min: number, max: number) =>
    fc.array(fc.integer({ min, max }), { minLength: 1, maxLength: 5 }).map((values) => values.join(','));
  fc.assert(
    fc.property(list(0, 59), list(0, 23), list(1, 31), list(1, 12), list(0, 7), (...fields) => {
      expect(findCronMistake(fields.join(' '))).toBeUndefined();
    }),
  );
});
