import { checkDeliveries } from '../../bench/check';

const once = { received: 1, accepted: 1, changed: 1 };
const due = new Set(['1', '2']);

test('each due ticket once and no other is right', () => {
  expect(checkDeliveries(due, { 1: once, 2: once })).toEqual([]);
});

test.each([
  ['lost', { 1: once }, '1 tickets due and never accepted'],
  ['refused', { 1: once, 2: { received: 1, accepted: 0, changed: 0 } }, '1 tickets due and never accepted'],
  ['doubled', { 1: once, 2: { received: 2, accepted: 2, changed: 1 } }, '1 tickets accepted more than once'],
  ['sent twice', { 1: once, 2: { received: 2, accepted: 1, changed: 1 } }, '1 tickets received more than once'],
  ['not due', { 1: once, 2: once, 3: once }, '1 tickets sent though not due'],
])('a ticket that was %s makes the run wrong', (_what, arrived, problem) => {
  expect(checkDeliveries(due, arrived)).toContain(problem);
});
