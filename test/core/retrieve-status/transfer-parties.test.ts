import { person, record, timeOf } from './records';
import { contacts, newWorld, P, rowsOf, step, T } from './transfer-steps';
import { World } from './wallet-world';

test('a sender who shares the e-mail of another contact is the holder, not the one that a look-up would choose', () => {
  const world = new World({
    tickets: [{ id: '1', contact: '101' }],
    contacts: [...contacts, { id: '100', email: 'Anna@x.example', account: true }],
  });
  world.apply(step([1, T, 'a>b']));
  expect(rowsOf(world)).toEqual([`1 101>102 CONFIRMED ${timeOf(1)}`]);
});

test('a sender nobody knows is the holder by the chain, and no contact is created for him', () => {
  const world = newWorld();
  world.apply(record({ change: 1, status: T, from: 'nobody@x.example', to: 'bob@x.example' }));
  expect(rowsOf(world)).toEqual([`1 101>102 CONFIRMED ${timeOf(1)}`]);
  expect(world.contacts).toHaveLength(3);
});

test('what a ticket without a cultural contact is sent by is found by e-mail, or empty', () => {
  const world = new World({ tickets: [{ id: '1' }], contacts });
  world.apply(step([1, P, '>b']), step([2, T, 'b>c']));
  expect(rowsOf(world)).toEqual([`1 102>103 CONFIRMED ${timeOf(2)}`]);
  world.apply(step([3, 'FAILURE', 'c>b']));
  const none = new World({ tickets: [{ id: '1' }], contacts });
  none.apply(step([1, T, '>b']));
  expect(rowsOf(none)).toEqual([`1 ->102 CONFIRMED ${timeOf(1)}`]);
});

test('the owner of a PENDING_TRANSFER record is the sender, not the recipient', () => {
  const world = newWorld();
  world.apply(record({ change: 1, status: P, owner: person('bob@x.example') }));
  expect(rowsOf(world)).toEqual([`1 101>- PENDING ${timeOf(1)}`]);
});

test('contacts that other tickets brought are no senders and no recipients of a failure, in whatever order tickets are read', () => {
  const bringsDan = record({ change: 1, ticket: '2', status: P, to: 'dan@x.example' });
  const fromDan = record({ change: 2, ticket: '1', status: T, from: 'dan@x.example', to: 'bob@x.example' });
  const toDan = record({ change: 3, ticket: '1', status: 'FAILURE', to: 'dan@x.example' });
  const tickets = [{ id: '1', contact: '101' }, { id: '2' }];
  for (const records of [
    [bringsDan, fromDan, toDan],
    [fromDan, toDan, bringsDan],
  ]) {
    const world = new World({ tickets, contacts });
    for (const one of records) world.apply(one);
    expect(rowsOf(world)).toEqual([`2 101>102 CONFIRMED ${timeOf(2)}`, `3 102>- CANCELLED ${timeOf(3)}`]);
  }
});
