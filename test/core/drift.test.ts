import { differs, listDifferences, s360Statuses } from '../../core/drift';
import { TICKET_STATUSES } from '../../core/import/ticket-columns';
import { toFamily } from '../../core/retrieve-status/status';
import { mobileStatuses, type MobileStatus } from '../../core/retrieve-status/wallet-record';

const wallet = ['INJECTED', 'DOWNLOADED', 'ASSIGNED', 'PENDING_TRANSFER', 'FAILURE_TRANSFER', 'FAILURE', 'TRANSFERRED'];
const activated = ['BT_ACTIVATED', 'MANUAL_ACTIVATED', 'OFFLINE_ACTIVATED', 'ONLINE_ACTIVATED', 'ACTIVATED'];
const deleted = ['DELETION_PENDING', 'DELETED'];
const shown = ['DEACTIVATED', 'DEFAULT', 'INVALID', 'PENDING'];

/** The table of domain.md 11: what corresponds, besides what is shown and never drift. */
const corresponding: Readonly<Record<(typeof s360Statuses)[number], readonly string[]>> = {
  NOT_PRINTED: [],
  PRINTED: [...wallet, ...activated],
  CONTROLLED: [...activated, 'CONTROLLED'],
  INVALIDATED: deleted,
  CANCELLED: deleted,
};

test('the statuses are those of S-360', () => {
  expect(s360Statuses).toEqual(TICKET_STATUSES);
});

describe.each(s360Statuses)('%s', (status) => {
  test.each(mobileStatuses)('%s in the wallet', (mobile) => {
    const corresponds = [...corresponding[status], ...shown].includes(mobile);
    expect([differs(status, mobile, true), differs(status, mobile, false)]).toEqual([!corresponds, !corresponds]);
  });

  test('never injected and in no wallet corresponds', () => {
    expect(differs(status, null, false)).toBe(false);
  });

  test('injected and never read back differs, but for a call whose answer was lost', () => {
    expect(differs(status, null, true)).toBe(status !== 'NOT_PRINTED');
  });
});

test('the list is every combination that differs, each once', () => {
  const listed = listDifferences();
  expect(new Set(listed.map((entry) => JSON.stringify(entry))).size).toBe(listed.length);
  const all = s360Statuses.flatMap((status) =>
    [null, ...mobileStatuses].flatMap((mobile) => [true, false].map((injected) => ({ status, mobile, injected }))),
  );
  expect(listed).toEqual(expect.arrayContaining(all.filter((one) => differs(one.status, one.mobile, one.injected))));
  expect(listed.every(({ status, mobile, injected }) => differs(status, mobile, injected))).toBe(true);
});

test.each<[string, readonly string[]]>([
  ['delivery', ['INJECTED', 'DOWNLOADED', 'ASSIGNED']],
  ['transfer', ['PENDING_TRANSFER', 'FAILURE_TRANSFER', 'FAILURE', 'TRANSFERRED']],
  ['activation', activated],
  ['control', ['CONTROLLED']],
  ['deletion', deleted],
  ['other', shown],
])('family %s (domain.md 8.3)', (family, statuses) => {
  expect(mobileStatuses.filter((status: MobileStatus) => toFamily(status) === family).sort()).toEqual(
    [...statuses].sort(),
  );
});
