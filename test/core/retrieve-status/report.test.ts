import {
  describeHeld,
  describePausedInterface,
  describeRetrieve,
  judgeRetrieve,
  signRetrieve,
} from '../../../core/retrieve-status/report';
import { noRecords as none } from '../../../core/retrieve-status/counts';

test.each([
  ['OK', {}, 'done'],
  ['OK', { records: 5, applied: 5 }, 'operator'],
  ['WARNING', { records: 5, applied: 4, putAside: 1 }, 'done'],
  ['WARNING', { records: 5, applied: 5, seen: 1 }, 'operator'],
  ['ERROR', { records: 5, applied: 5 }, 'failed'],
  ['ERROR', { putAside: 1 }, 'outage'],
] as const)('%s: %j, %s', (outcome, tally, ending) => {
  expect(judgeRetrieve({ tally: { ...none, ...tally }, ending })).toBe(outcome);
});

test.each([
  [
    'WARNING',
    'operator',
    3,
    'Stopped by an operator. 3 records read: 3 applied. 3 of 9 records of the file read, the rest is not kept: start it again with the file',
  ],
  [
    'ERROR',
    'failed',
    0,
    'Could not work: no reason recorded. Nothing was read. 0 of 9 records of the file read, the rest',
  ],
  ['OK', 'done', 9, '9 records read: 9 applied.'],
] as const)('a run that leaves the rest of its file says how much: %s, %s', (outcome, ending, read, told) => {
  const summary = { tally: { ...none, records: read, applied: read }, ending, file: { records: 9, read } };
  expect(judgeRetrieve(summary)).toBe(outcome);
  expect(describeRetrieve(summary).slice(0, told.length)).toBe(told);
  expect(describeRetrieve(summary).includes('of the file')).toBe(outcome !== 'OK');
});

test('F37: ERROR for a run that was cancelled, however much it has read', () => {
  const tally = { ...none, records: 5, applied: 5 };
  expect(judgeRetrieve({ tally, ending: 'operator', endingReason: 'the workflow was cancelled' })).toBe('ERROR');
});

test.each([
  ['Nothing new.', { tally: none, ending: 'done' }],
  [
    '9 records read: 5 applied, 1 older than what is known, 2 known already, 1 of skipped tickets.',
    { tally: { ...none, records: 9, applied: 5, older: 1, repeated: 2, skipped: 1 }, ending: 'done' },
  ],
  [
    '1 record read: 0 applied. 1 record put aside, not applied: tixngo put-aside list tells why.',
    { tally: { ...none, records: 1, putAside: 1 }, ending: 'done' },
  ],
  ['Stopped by an operator. Nothing was read.', { tally: none, ending: 'operator' }],
  [
    'Stopped: the workflow was cancelled; the next run goes on from the cursor. Nothing was read.',
    { tally: none, ending: 'operator', endingReason: 'the workflow was cancelled' },
  ],
  [
    'Could not work: the key expired. Nothing was read.',
    { tally: none, ending: 'failed', endingReason: 'the key expired' },
  ],
  ['Could not work: no reason recorded. Nothing was read.', { tally: none, ending: 'failed' }],
] as const)('%s', (message, summary) => {
  expect(describeRetrieve(summary)).toBe(message);
});

test('tickets seen without a mark point to drift, an outage to the next run', () => {
  const tally = { ...none, records: 2, applied: 2, seen: 2 };
  expect(describeRetrieve({ tally, ending: 'done' })).toMatch(/2 tickets seen in the wallet .* tixngo drift$/);
  expect(describeRetrieve({ tally: none, ending: 'outage' })).toMatch(
    /maxOutageMinutes; the next run goes on .* Nothing was read\.$/,
  );
});

test('whoever finds the account held is told by whom', () => {
  const held = { workflowId: 'retrieve-status/fans', namespace: 'other', execution: 7 };
  expect(describeHeld('fans', held)).toBe(
    'Another run reads account fans: retrieve-status/fans in namespace other, execution 7. Nothing was done.',
  );
  expect(describeHeld('fans', { workflowId: 'retrieve-status/fans', execution: null })).toBe(
    'Another run reads account fans: retrieve-status/fans. Nothing was done.',
  );
});

test('failures are told apart by their reason, other endings by their name', () => {
  expect(signRetrieve('failed', 'a')).not.toBe(signRetrieve('failed', 'b'));
  expect(signRetrieve('failed')).toBe('failed');
  expect(signRetrieve('outage', 'a')).toBe(signRetrieve('outage', 'b'));
});

describe('the same cause has one signature, whatever numbers, keys and records its reason names', () => {
  const unknown = 'and doContinueInCaseOfSyncError is false. The cursor stays before its page';
  test.each([
    [
      `a record cannot be applied (change 7 of ticket 99: UNKNOWN_TICKET, no ticket) ${unknown}`,
      `a record cannot be applied (change 12 of ticket AB 7-1 (x): UNKNOWN_TICKET, no ticket) ${unknown}`,
      `a record cannot be applied (change 7 of ticket 99: UNKNOWN_STATUS, status is none) ${unknown}`,
    ],
    [
      'a record cannot be applied (hash 09ab44: INVALID, details.main[3].key is no text)',
      'a record cannot be applied (hash 77ff00: INVALID, details.main[14].key is no text)',
      'a record cannot be applied (hash 09ab44: INVALID, details.main[3].key is missing)',
    ],
    [
      '3 pages in a row without progress at pagination key "a1": TIXNGO answers key "" with 1 record',
      '3 pages in a row without progress at pagination key "b\\"2": TIXNGO answers key "c" with 20 records',
      '3 pages in a row without an end at pagination key "a1": TIXNGO answers key "" with 1 record',
    ],
    [
      '20 of 300 records of a page break the contract, the first one: status is no text. Records 1 to 300 of the file',
      '25 of 400 records of a page break the contract, the first one: status is no text. Records 301 to 700 of the file',
      '20 of 300 records of a page break the contract, the first one: status is missing. Records 1 to 300 of the file',
    ],
    [
      'TIXNGO does not keep the contract: GET diff: STATUS_404 (request r-1.2/3); compare',
      'TIXNGO does not keep the contract: GET diff: STATUS_404 (request 77=); compare',
      'TIXNGO does not keep the contract: GET diff: STATUS_405 (request r-1.2/3); compare',
    ],
    [
      'Another run reads account fans: retrieve-status/fans, execution 7. Nothing was done',
      'Another run reads account fans: retrieve-status/fans, execution 8. Nothing was done',
      'Another run reads account fans: retrieve-status/fans in namespace other, execution 7. Nothing was done',
    ],
    [
      'address 10.0.0.1 of the interface is refused',
      'address 10.0.0.1 of the interface is refused',
      'address 10.0.0.2 of the interface is refused',
    ],
    [
      'Unexpected TypeError at core/apply.ts:120. Nothing more',
      'Unexpected TypeError at core/apply.ts:120. Nothing more',
      'Unexpected TypeError at core/apply.ts:121. Nothing more',
    ],
  ])('%s', (reason, sameCause, otherCause) => {
    expect(signRetrieve('failed', sameCause)).toBe(signRetrieve('failed', reason));
    expect(signRetrieve('failed', otherCause)).not.toBe(signRetrieve('failed', reason));
  });
});

test('a paused interface ends a run by intent: no ERROR, and the words say what to do', () => {
  const endingReason = describePausedInterface('fcx');
  const paused = { tally: none, ending: 'operator', endingReason } as const;
  expect(judgeRetrieve(paused)).toBe('OK');
  expect(judgeRetrieve({ ...paused, tally: { ...none, putAside: 1 } })).toBe('WARNING');
  expect(describeRetrieve(paused)).toBe(
    'Stopped: its interface is paused (tixngo resume --interface fcx); the next run goes on from the cursor. Nothing was read.',
  );
});
