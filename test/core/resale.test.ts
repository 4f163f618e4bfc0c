import { s360Statuses } from '../../core/drift';
import { judgeResale, type ResaleFacts } from '../../core/resale';
import { mobileStatuses } from '../../core/retrieve-status/wallet-record';

const confirmed = ['DELETION_PENDING', 'DELETED'];
const takenBack = ['INVALIDATED', 'CANCELLED'];
const facts: ResaleFacts = {
  status: 'INVALIDATED',
  invalidationReason: 'RESALE_PENDING',
  replaced: false,
  injected: true,
  mobile: 'DELETED',
};

describe.each(s360Statuses)('a ticket that is %s', (status) => {
  test.each(mobileStatuses)('and %s in the wallet may be sold when both sides took it back', (mobile) => {
    const expected = !takenBack.includes(status) ? 'VALID' : confirmed.includes(mobile) ? 'FREE' : 'WAITING';
    for (const injected of [true, false]) expect(judgeResale({ ...facts, status, mobile, injected })).toBe(expected);
  });

  test('and never read back may not be sold: TIXNGO confirmed nothing', () => {
    const isBack = takenBack.includes(status);
    expect(judgeResale({ ...facts, status, mobile: null })).toBe(isBack ? 'WAITING' : 'VALID');
    expect(judgeResale({ ...facts, status, mobile: null, injected: false })).toBe(isBack ? 'NOT_IN_WALLET' : 'VALID');
  });
});

test.each([
  ['posted for resale', 'RESALE_PENDING', 'FREE'],
  ['sold to somebody else', 'RESOLD', 'RESOLD'],
  ['taken back for another reason', 'CARD_STOLEN', 'FREE'],
  ['taken back without a reason', null, 'FREE'],
] as const)('a ticket %s (%s): %s', (_, invalidationReason, expected) => {
  expect(judgeResale({ ...facts, invalidationReason })).toBe(expected);
  expect(judgeResale({ ...facts, invalidationReason, status: 'CANCELLED' })).toBe(expected);
});

test('the seat of a ticket that was reprinted is that of the reprint', () => {
  expect(judgeResale({ ...facts, replaced: true })).toBe('REPLACED');
  expect(judgeResale({ ...facts, replaced: true, status: 'PRINTED' })).toBe('VALID');
});
