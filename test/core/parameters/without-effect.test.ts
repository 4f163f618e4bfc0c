import { findWithoutEffect } from '../../../core/parameters/without-effect';

test.each([
  ['', []],
  ['ticketIterationSize=50\nparallelCalls = 8', []],
  [
    'reprintWaitMinutes=0\n\nkillRatio=0.2\r\nbatchSplitSize=10',
    [
      { name: 'reprintWaitMinutes', line: 1 },
      { name: 'batchSplitSize', line: 4 },
    ],
  ],
])('a parameter of a function that is not there yet is told of with its line: %j', (text, names) => {
  expect(findWithoutEffect(text)).toEqual(names);
});
