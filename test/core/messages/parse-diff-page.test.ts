import { parseDiffPage } from '../../../core/messages/parse-diff-page';

const good = { changeNumber: 1, changedAt: '2026-06-14T18:00:00Z', ticketId: '7', status: 'DOWNLOADED' };
const page = { tickets: [good], paginationKey: 'k1', hasMore: true };

test('a page keeps the order of its records; a wrong one leaves the others alone', () => {
  const tickets = [
    good,
    { ...good, changeNumber: 'x' },
    { ...good, changeNumber: 3 },
    null,
    { ...good, status: 'NEW' },
  ];
  expect(parseDiffPage({ ...page, tickets, extra: 1 })).toMatchObject({
    records: [{ changeNumber: 1 }, { changeNumber: 3 }],
    putAside: [{ reason: 'INVALID' }, { reason: 'INVALID' }, { reason: 'UNKNOWN_STATUS' }],
    paginationKey: 'k1',
    hasMore: true,
  });
});

test('an empty page with an empty key is one', () => {
  expect(parseDiffPage({ tickets: [], paginationKey: '', hasMore: false })).toEqual({
    records: [],
    putAside: [],
    paginationKey: '',
    hasMore: false,
  });
});

test.each([
  ['a text', 'the answer is no object'],
  [null, 'the answer is no object'],
  [[page], 'the answer is no object'],
  [{ ...page, tickets: undefined }, 'tickets is no list'],
  [{ ...page, tickets: { 0: good } }, 'tickets is no list'],
  [{ ...page, hasMore: 'true' }, 'hasMore is neither true nor false'],
  [{ ...page, hasMore: undefined }, 'hasMore is neither true nor false'],
  [{ ...page, paginationKey: null }, 'paginationKey is no text'],
  [{ ...page, paginationKey: 5 }, 'paginationKey is no text'],
  [{ ...page, paginationKey: 'k'.repeat(513) }, 'paginationKey is no printable text of at most 512 characters'],
  [{ ...page, paginationKey: 'a\u0000' }, 'paginationKey is no printable text of at most 512 characters'],
  [{ ...page, paginationKey: 'a\ud800' }, 'paginationKey is no printable text of at most 512 characters'],
])('another shape is a problem of the whole answer: %j', (body, problem) => {
  expect(parseDiffPage(body)).toEqual({ problem });
});
