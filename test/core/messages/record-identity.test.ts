import { but, refused } from './whole-record';

test('the identity of a record is its change number and its ticket, without the blanks that are no part of an id', () => {
  const blank = refused(but({ status: 'LOST_AND_FOUND', ticketId: ' 12 ' }));
  expect(blank).toMatchObject({ identity: 'change 4711 of ticket 12', ticketId: '12' });
  for (const ticketId of ['ada@x.example', ' ', 12, null]) {
    expect(refused(but({ status: 'LOST_AND_FOUND', ticketId })).identity).toMatch(/^hash [0-9a-f]{16}$/);
  }
});

test('the identity of a record without a change number is a hash of its fields, in whatever order', () => {
  const first = refused(but({ changeNumber: null })).identity;
  expect(first).toMatch(/^hash [0-9a-f]{16}$/);
  const inOtherOrder = Object.fromEntries(Object.entries(but({ changeNumber: null })).reverse());
  expect(refused(inOtherOrder).identity).toBe(first);
  expect(refused(but({ changeNumber: null, taxNumber: '1' })).identity).not.toBe(first);
});
