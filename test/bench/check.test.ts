import { checkDeliveries, checkReport } from '../../bench/check';

const once = { received: 1, accepted: 1, changed: 1 };
const failedOnce = { received: 2, accepted: 1, changed: 1 };
const sentTwice = { received: 2, accepted: 2, changed: 1 };
const doubled = { received: 2, accepted: 2, changed: 2 };
const due = new Set(['1', '2']);

test('each due ticket once and no other is right', () => {
  expect(checkDeliveries(due, { 1: once, 2: once })).toEqual([]);
});

test.each([
  ['lost', { 1: once }, '1 tickets due and never accepted'],
  ['refused', { 1: once, 2: { received: 1, accepted: 0, changed: 0 } }, '1 tickets due and never accepted'],
  ['accepted twice', { 1: once, 2: sentTwice }, '1 tickets accepted more than once'],
  ['sent twice', { 1: once, 2: failedOnce }, '1 tickets received more than once'],
  ['doubled', { 1: once, 2: doubled }, '1 tickets with an effect more than once'],
  ['not due', { 1: once, 2: once, 3: once }, '1 tickets sent though not due'],
])('a ticket that was %s makes the run wrong', (_what, arrived, problem) => {
  expect(checkDeliveries(due, arrived)).toContain(problem);
});

test('where calls fail a ticket may come again, but is accepted once', () => {
  expect(checkDeliveries(due, { 1: once, 2: failedOnce }, 'received')).toEqual([]);
  expect(checkDeliveries(due, { 1: once, 2: sentTwice }, 'received')).toEqual(['1 tickets accepted more than once']);
});

test('after a crash a ticket may be accepted again, but neither be lost nor doubled, and nothing else be sent', () => {
  expect(checkDeliveries(due, { 1: once, 2: sentTwice }, 'accepted')).toEqual([]);
  expect(checkDeliveries(due, { 1: doubled, 3: once }, 'accepted')).toEqual([
    '1 tickets due and never accepted',
    '1 tickets with an effect more than once',
    '1 tickets sent though not due',
  ]);
});

test('a report that says other than what was due makes the run wrong; the plain loop has none', () => {
  expect(checkReport(due, { planned: 2, delivered: 2 })).toEqual([]);
  expect(checkReport(due, undefined)).toEqual([]);
  expect(checkReport(due, { planned: 2, delivered: 1 })).toEqual([
    'the report says 2 planned and 1 delivered of 2 due',
  ]);
  expect(checkReport(due, { planned: 3, delivered: 2 })).toHaveLength(1);
});
