import { describeHeld, describeRetrieve, judgeRetrieve, signRetrieve } from '../../../core/retrieve-status/report';
import type { RetrieveCounts } from '../../../core/retrieve-status/counts';

const none: RetrieveCounts = {
  pages: 0,
  records: 0,
  applied: 0,
  older: 0,
  repeated: 0,
  skipped: 0,
  putAside: 0,
  seen: 0,
};

test.each([
  ['OK', {}, 'done'],
  ['OK', { records: 5, applied: 5 }, 'operator'],
  ['WARNING', { records: 5, applied: 4, putAside: 1 }, 'done'],
  ['WARNING', { records: 5, applied: 5, seen: 1 }, 'operator'],
  ['ERROR', { records: 5, applied: 5 }, 'failed'],
  ['ERROR', { putAside: 1 }, 'outage'],
] as const)('%s: %j, %s', (outcome, tally, ending) => {
  expect(judgeRetrieve({ ...none, ...tally }, ending)).toBe(outcome);
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
  ['Stopped by an operator. Nothing new.', { tally: none, ending: 'operator' }],
  ['Could not work: the key expired. Nothing new.', { tally: none, ending: 'failed', endingReason: 'the key expired' }],
  ['Could not work: no reason recorded. Nothing new.', { tally: none, ending: 'failed' }],
] as const)('%s', (message, summary) => {
  expect(describeRetrieve(summary)).toBe(message);
});

test('tickets seen without a mark point to drift, an outage to the next run', () => {
  const tally = { ...none, records: 2, applied: 2, seen: 2 };
  expect(describeRetrieve({ tally, ending: 'done' })).toMatch(/2 tickets seen in the wallet .* tixngo drift$/);
  expect(describeRetrieve({ tally: none, ending: 'outage' })).toMatch(/maxOutageMinutes; the next run goes on/);
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
