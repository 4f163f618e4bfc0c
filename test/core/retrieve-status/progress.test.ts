import {
  type AskedBefore,
  describeBrokenContract,
  isContractBroken,
  isLedBack,
  judgeProgress,
  type KeyedPage,
  newestOf,
} from '../../../core/retrieve-status/progress';
import type { PutAsideReason } from '../../../core/retrieve-status/wallet-record';
import { parseDiffPage } from '../../../core/messages/parse-diff-page';
import { record } from './records';

const moving: KeyedPage = { asked: 'k1', key: 'k2', hasMore: true, records: 10, askedBefore: false };

describe('progress (reliability.md F21)', () => {
  test.each<[string, Partial<KeyedPage>, object]>([
    ['a new key and more', {}, { cursor: 'k2', idlePages: 0, next: 'fetch' }],
    ['nothing more', { hasMore: false }, { cursor: 'k2', idlePages: 0, next: 'done' }],
    ['nothing more, the same key', { hasMore: false, key: 'k1', askedBefore: true }, { cursor: 'k1', next: 'done' }],
    ['nothing more, no record', { hasMore: false, records: 0 }, { cursor: 'k2', idlePages: 0, next: 'done' }],
    ['nothing more, an older key', { hasMore: false, key: 'k0', askedBefore: true }, { cursor: 'k1', next: 'done' }],
    ['nothing more, an empty key', { hasMore: false, key: '' }, { cursor: 'k1', next: 'done' }],
    ['a key that does not move', { key: 'k1', askedBefore: true }, { cursor: 'k1', idlePages: 1, next: 'fetch' }],
    ['the same, though the caller forgot it', { key: 'k1' }, { cursor: 'k1', idlePages: 1, next: 'fetch' }],
    ['a key that goes back', { key: 'k0', askedBefore: true }, { cursor: 'k1', idlePages: 1, next: 'fetch' }],
    ['an empty key again', { key: '' }, { cursor: 'k1', idlePages: 1, next: 'fetch' }],
    ['an empty key at the very beginning', { asked: '', key: '' }, { cursor: '', idlePages: 1, next: 'fetch' }],
    ['a first key', { asked: '', key: 'k1' }, { cursor: 'k1', idlePages: 0, next: 'fetch' }],
    ['no record', { records: 0 }, { cursor: 'k2', idlePages: 1, next: 'fetch' }],
  ])('%s', (_, page, progress) => {
    expect(judgeProgress({ ...moving, ...page }, 0)).toMatchObject(progress);
  });

  test('the third page in a row without progress ends the run and names the key', () => {
    const standing = { ...moving, key: 'k1', askedBefore: true };
    expect(judgeProgress(standing, 1)).toMatchObject({ idlePages: 2, next: 'fetch' });
    const last = judgeProgress(standing, 2);
    expect(last).toMatchObject({ idlePages: 3, next: 'stop', cursor: 'k1' });
    expect(last.problem).toContain('3 pages in a row without progress at pagination key "k1"');
  });

  test('a page with progress begins the count again', () => {
    expect(judgeProgress(moving, 2)).toMatchObject({ idlePages: 0, next: 'fetch' });
  });

  test('nothing more ends well, whatever came before', () => {
    expect(judgeProgress({ ...moving, key: 'k1', askedBefore: true, hasMore: false }, 2)).toMatchObject({
      next: 'done',
    });
  });
});

test.each<[string, number | undefined, AskedBefore, boolean]>([
  ['asked by this run', 9, { byThisRun: true, newest: 20 }, true],
  ['of an earlier run, whose page was older', 9, { byThisRun: false, newest: 8 }, true],
  ['of an earlier run, whose page was the same', 9, { byThisRun: false, newest: 9 }, true],
  ['of an earlier run, told by a page without a record', undefined, { byThisRun: false, newest: 8 }, true],
  ['of an earlier run, whose page was newer: led back before, it comes by', 9, { byThisRun: false, newest: 10 }, false],
  ['of an earlier run, where there was nothing yet', 9, { byThisRun: false, newest: null }, false],
])('a key that was asked for before: %s', (_, newest, asked, isBack) => {
  expect(isLedBack(newest, asked)).toBe(isBack);
});

test('the newest of a page is the one with the highest change number, wherever it stands', () => {
  const page = parseDiffPage({
    tickets: [3, 9, 7].map((change) => record({ change })),
    paginationKey: 'k',
    hasMore: true,
  });
  expect('problem' in page ? page.problem : newestOf(page.records)).toBe(9);
  expect(newestOf([])).toBeUndefined();
});

describe('a broken contract (reliability.md F23)', () => {
  test.each<[number, number, PutAsideReason, boolean]>([
    [19, 0, 'INVALID', false],
    [20, 0, 'INVALID', true],
    [20, 380, 'INVALID', false],
    [20, 379, 'INVALID', true],
    [20, 379, 'TOO_LARGE', true],
    [50, 950, 'INVALID', false],
    [51, 949, 'INVALID', true],
    [1_000, 0, 'UNKNOWN_TICKET', false],
    [1_000, 0, 'UNKNOWN_STATUS', false],
  ])('%d wrong and %d good ones, %s: %s', (wrong, good, reason, isBroken) => {
    const page = pageOf(wrong, good, reason);
    expect(isContractBroken(page)).toBe(isBroken);
  });

  test('is told with numbers and the first path', () => {
    expect(describeBrokenContract(pageOf(20, 10, 'INVALID'), 'All stays')).toMatch(
      /^20 of 30 records of a page .*: some path is wrong\. All stays$/,
    );
  });
});

function pageOf(wrong: number, good: number, reason: PutAsideReason): Parameters<typeof isContractBroken>[0] {
  const page = parseDiffPage({ tickets: [record({ change: 1 })], paginationKey: '', hasMore: false });
  if ('problem' in page) throw new Error(page.problem);
  const bad = { identity: 'change 1 of ticket 1', ticketId: null, reason, problem: 'some path is wrong', json: '{}' };
  return { records: Array(good).fill(page.records).flat(), putAside: Array.from({ length: wrong }, () => bad) };
}
