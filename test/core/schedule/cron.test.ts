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
  ['', 'five parts'],
  ['* * * *', 'five parts'],
  ['0 * * * * *', 'five parts'],
  ['@hourly', 'five parts'],
  ['60 * * * *', 'whose minute cannot be read'],
  ['* 24 * * *', 'whose hour cannot be read'],
  ['* * 0 * *', 'whose day of month cannot be read'],
  ['* * 32 * *', 'whose day of month cannot be read'],
  ['* * * 13 *', 'whose month cannot be read'],
  ['* * * MON *', 'whose month cannot be read'],
  ['* * * * 8', 'whose day of week cannot be read'],
  ['* * * * JAN', 'whose day of week cannot be read'],
  ['*/0 * * * *', 'whose minute cannot be read'],
  ['*/60 * * * *', 'whose minute cannot be read'],
  ['5-1 * * * *', 'whose minute cannot be read'],
  ['1,,2 * * * *', 'whose minute cannot be read'],
  ['1- * * * *', 'whose minute cannot be read'],
  ['-1 * * * *', 'whose minute cannot be read'],
  ['a * * * *', 'whose minute cannot be read'],
  ['1.5 * * * *', 'whose minute cannot be read'],
])('%j is none: %s', (expression, mistake) => {
  const { found, allowed } = findCronMistake(expression) ?? { found: '', allowed: '' };
  expect(`${found}; ${allowed}`).toContain(mistake);
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
