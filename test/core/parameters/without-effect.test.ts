import { findWithoutEffect } from '../../../core/parameters/without-effect';

test.each([
  ['', []],
  ['ticketIterationSize=50\nparallelCalls = 8', []],
  [
    'batchSplitSize=10\ndoContinueInCaseOfSyncError=false\nTIXNGO_LIFECYCLE_MODE=lifecycle\nenableTicketDistributionToCulturalContact=false',
    [],
  ],
  [
    'reprintWaitMinutes=0\n\nkillRatio=0.2\r\nexcludeTicketResale=true',
    [
      { name: 'reprintWaitMinutes', line: 1 },
      { name: 'excludeTicketResale', line: 4 },
    ],
  ],
])('a parameter of a function that is not there yet is told of with its line: %j', (text, names) => {
  expect(findWithoutEffect(text)).toEqual(names);
});
