import { decideNotice, noticeSubject, type NoticeKind, type RunBefore } from '../../../core/push/notice';
import type { RunOutcome } from '../../../core/push/report';

const first: RunBefore = { outcome: null, signature: null, hoursSinceMail: null };
const good: RunBefore = { outcome: 'OK', signature: 'done', hoursSinceMail: 5 };
const warned: RunBefore = { outcome: 'WARNING', signature: 'done', hoursSinceMail: null };
const bad = (hoursSinceMail: number | null, signature = 'done|refused|POISON'): RunBefore => ({
  outcome: 'ERROR',
  signature,
  hoursSinceMail,
});

describe('a mail is due when a schedule turns bad, changes its reason, stays bad for a day, or is good again (domain.md 9)', () => {
  test.each<[string, RunOutcome, RunBefore, NoticeKind | undefined]>([
    ['the first run is good', 'OK', first, undefined],
    ['the first run is bad', 'ERROR', first, 'FAILED'],
    ['good stays good', 'OK', good, undefined],
    ['good turns to WARNING', 'WARNING', good, undefined],
    ['good turns bad', 'ERROR', good, 'FAILED'],
    ['WARNING turns bad', 'ERROR', warned, 'FAILED'],
    ['bad for the same reason, mail 5 minutes ago', 'ERROR', bad(0.08), undefined],
    ['bad for the same reason, mail just under a day ago', 'ERROR', bad(23.99), undefined],
    ['bad for the same reason, mail a day ago', 'ERROR', bad(24), 'STILL_FAILING'],
    ['bad for the same reason, no mail yet', 'ERROR', bad(null), 'STILL_FAILING'],
    ['bad for another reason', 'ERROR', bad(0.08, 'outage|not tried'), 'REASON_CHANGED'],
    ['bad turns good', 'OK', bad(0.08), 'RECOVERED'],
    ['bad turns to WARNING', 'WARNING', bad(0.08), 'RECOVERED'],
  ])('%s', (_what, outcome, before, kind) => {
    expect(decideNotice({ outcome, signature: 'done|refused|POISON' }, before)).toBe(kind);
  });
});

test.each<[NoticeKind, string]>([
  ['FAILED', 'inject-tickets on fcx (FCX) ended in error: 2 of 9 tickets'],
  ['REASON_CHANGED', 'inject-tickets on fcx (FCX) ended in error: 2 of 9 tickets'],
  ['STILL_FAILING', 'inject-tickets on fcx (FCX) is still in error: 2 of 9 tickets'],
  ['RECOVERED', 'inject-tickets on fcx (FCX) is good again'],
])('the subject of %s names function, interface, organization and counts', (kind, subject) => {
  expect(
    noticeSubject({ kind, function: 'inject-tickets', interface: 'fcx', organization: 'FCX', bad: 2, planned: 9 }),
  ).toBe(subject);
});

test.each<[planned: number, bad: number, counts: string]>([
  [0, 0, 'nothing read'],
  [1, 0, '1 record read'],
  [30, 0, '30 records read'],
  [30, 2, '30 records read, 2 put aside'],
])('the subject of a run that reads tells how far it came: %d records, %d put aside', (planned, bad, counts) => {
  const run = { function: 'retrieve-status', interface: 'fcx', organization: 'FCX', unit: 'records' } as const;
  const where = 'retrieve-status on fcx (FCX)';
  expect(noticeSubject({ kind: 'FAILED', ...run, planned, bad })).toBe(`${where} ended in error: ${counts}`);
  expect(noticeSubject({ kind: 'STILL_FAILING', ...run, planned, bad })).toBe(`${where} is still in error: ${counts}`);
  expect(noticeSubject({ kind: 'RECOVERED', ...run, planned, bad })).toBe(`${where} is good again`);
});
