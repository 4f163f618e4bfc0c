import { openChangeLog } from '../../sandbox/change-log';
import type { Change } from '../../sandbox/diff-record';
import { recordsRequest } from '../../sandbox/generated-records';
import { readPage } from '../../sandbox/diff-page';
import { openWallets } from '../../sandbox/wallets';
import { toTicket } from '../tixngo/fixture';

const change: Change = {
  changedAt: '2026-06-14T21:00:00Z',
  ticketId: '1',
  status: 'INJECTED',
  spectatorDetails: { email: 'a@example.test' },
  transferLevel: 0,
};
const request = { organizer: 'club', paginationKey: '', limit: 1000, repeated: 0, fault: undefined };

test('a log keeps as many changes as it may and no more than a piece above, and reads on from what is left', () => {
  const log = openChangeLog(() => 0);
  for (let count = 0; count < 5000; count += 1) {
    log.append('club', change);
    log.trim('club', 2000);
  }
  const { first, end } = log.range('club');
  expect(end).toBe(5000);
  expect(end - first).toBeGreaterThanOrEqual(2000);
  expect(end - first).toBeLessThan(2000 + 1025);
  expect(readPage(request, log)?.tickets[0]?.changeNumber).toBe(first + 1);
});

test('a key whose place was dropped has expired', () => {
  const log = openChangeLog(() => 0);
  log.append('club', change);
  const paginationKey = readPage(request, log)?.paginationKey ?? '';
  for (let count = 0; count < 5000; count += 1) log.append('club', change);
  expect(readPage({ ...request, paginationKey }, log)?.tickets[0]?.changeNumber).toBe(2);
  log.trim('club', 1000);
  expect(readPage({ ...request, paginationKey }, log)).toBeUndefined();
});

test('made-up records count for nothing in what is kept', () => {
  const log = openChangeLog(() => 0);
  log.generate('club', recordsRequest.parse({ count: 100_000, ticketIds: Array.from({ length: 1000 }, () => '1') }));
  log.append('club', change);
  log.trim('club', 1000);
  expect(log.range('club')).toEqual({ first: 0, end: 100_001 });
});

test('what is kept grows with the tickets, not with time', () => {
  const log = openChangeLog(() => 0);
  const wallets = openWallets({ now: () => 0, log });
  for (let turn = 0; turn < 30_000; turn += 1) wallets.inject('club', toTicket('1', { sortingKey: String(turn) }));
  const { first, end } = log.range('club');
  expect(end).toBe(30_000);
  expect(end - first).toBeLessThan(12_000);
});
