import { person, record, timeOf } from './records';
import { BOB, newWorld, P, rowsOf, type Step, step, T } from './transfer-steps';

describe.each<{ rule: string; steps: readonly Step[]; rows: readonly string[]; owner: string }>([
  {
    rule: 'PENDING_TRANSFER: sender to recipient, PENDING; the cultural contact stays',
    steps: [[1, P, 'a>b']],
    rows: [`1 101>102 PENDING ${timeOf(1)}`],
    owner: '101',
  },
  {
    rule: 'PENDING_TRANSFER, FAILURE: the row becomes CANCELLED, the cultural contact stays',
    steps: [
      [1, P, 'a>b'],
      [2, 'FAILURE', 'a>b'],
    ],
    rows: [`1 101>102 CANCELLED ${timeOf(2)}`],
    owner: '101',
  },
  {
    rule: 'PENDING_TRANSFER, FAILURE_TRANSFER: the row becomes CANCELLED, the cultural contact stays',
    steps: [
      [1, P, 'a>b'],
      [2, 'FAILURE_TRANSFER'],
    ],
    rows: [`1 101>102 CANCELLED ${timeOf(2)}`],
    owner: '101',
  },
  {
    rule: 'PENDING_TRANSFER, TRANSFERRED: the row becomes CONFIRMED, the recipient is the cultural contact',
    steps: [
      [1, P, 'a>b'],
      [2, T, 'a>b'],
    ],
    rows: [`1 101>102 CONFIRMED ${timeOf(2)}`],
    owner: BOB,
  },
  {
    rule: 'other statuses in between do not end a transfer',
    steps: [
      [1, P, 'a>b'],
      [2, 'DOWNLOADED'],
      [3, 'ASSIGNED'],
      [4, 'BT_ACTIVATED'],
      [5, T, 'a>b'],
    ],
    rows: [`1 101>102 CONFIRMED ${timeOf(5)}`],
    owner: BOB,
  },
  {
    rule: 'TRANSFERRED without a PENDING_TRANSFER: a CONFIRMED row of its own',
    steps: [[4, T, 'a>b']],
    rows: [`4 101>102 CONFIRMED ${timeOf(4)}`],
    owner: BOB,
  },
  {
    rule: 'a failure without a PENDING_TRANSFER: a CANCELLED row of its own, recipient empty when unknown',
    steps: [
      [1, 'FAILURE'],
      [2, 'FAILURE_TRANSFER', 'a>b'],
    ],
    rows: [`1 101>- CANCELLED ${timeOf(1)}`, `2 101>102 CANCELLED ${timeOf(2)}`],
    owner: '101',
  },
  {
    rule: 'a second terminal record is a transfer of its own',
    steps: [
      [1, P, 'a>b'],
      [2, 'FAILURE', 'a>b'],
      [3, T, 'a>b'],
    ],
    rows: [`1 101>102 CANCELLED ${timeOf(2)}`, `3 101>102 CONFIRMED ${timeOf(3)}`],
    owner: BOB,
  },
  {
    rule: 'a second PENDING_TRANSFER cancels the first one',
    steps: [
      [1, P, 'a>b'],
      [2, P, 'a>c'],
      [3, T, 'a>c'],
    ],
    rows: [`1 101>102 CANCELLED ${timeOf(2)}`, `2 101>103 CONFIRMED ${timeOf(3)}`],
    owner: '103',
  },
  {
    rule: 'a chain A to B to C: each sender is the one who got it before',
    steps: [
      [1, P, 'a>b'],
      [2, T, 'a>b'],
      [3, P, 'b>c'],
      [4, T, 'b>c'],
    ],
    rows: [`1 101>102 CONFIRMED ${timeOf(2)}`, `3 102>103 CONFIRMED ${timeOf(4)}`],
    owner: '103',
  },
  {
    rule: 'a chain whose records do not name the sender',
    steps: [
      [1, T, '>b'],
      [2, T, '>c'],
      [3, P, '>a'],
    ],
    rows: [`1 101>102 CONFIRMED ${timeOf(1)}`, `2 102>103 CONFIRMED ${timeOf(2)}`, `3 103>101 PENDING ${timeOf(3)}`],
    owner: '103',
  },
  {
    rule: 'a sender who is not the holder: a transfer was not seen, its contact is found by e-mail',
    steps: [[1, T, 'b>c']],
    rows: [`1 102>103 CONFIRMED ${timeOf(1)}`],
    owner: '103',
  },
  {
    rule: 'a ticket that comes back: its first owner has it again',
    steps: [
      [1, T, 'a>b'],
      [2, T, 'b>a'],
    ],
    rows: [`1 101>102 CONFIRMED ${timeOf(1)}`, `2 102>101 CONFIRMED ${timeOf(2)}`],
    owner: '101',
  },
  {
    rule: 'TRANSFERRED tells who got the ticket where PENDING_TRANSFER named somebody else',
    steps: [
      [1, P, 'a>b'],
      [2, T, 'a>c'],
    ],
    rows: [`1 101>103 CONFIRMED ${timeOf(2)}`],
    owner: '103',
  },
  {
    rule: 'TRANSFERRED that tells nobody: the row names whom its PENDING_TRANSFER named, the cultural contact stays',
    steps: [
      [1, P, 'a>b'],
      [2, T],
    ],
    rows: [`1 101>102 CONFIRMED ${timeOf(2)}`],
    owner: '101',
  },
  {
    rule: 'TRANSFERRED to nobody known leaves the cultural contact that was before',
    steps: [
      [1, T, 'a>b'],
      [2, T],
    ],
    rows: [`1 101>102 CONFIRMED ${timeOf(1)}`, `2 102>- CONFIRMED ${timeOf(2)}`],
    owner: BOB,
  },
])('$rule', ({ steps, rows, owner }) => {
  test('in one page', () => {
    const world = newWorld();
    world.apply(...steps.map(step));
    expect(rowsOf(world)).toEqual(rows);
    expect(world.ticket('1').currentContactId).toBe(owner);
  });

  test('in pages of one record', () => {
    const world = newWorld();
    for (const one of steps) world.apply(step(one));
    expect(rowsOf(world)).toEqual(rows);
    expect(world.ticket('1').currentContactId).toBe(owner);
  });

  test('late: the other way round', () => {
    const world = newWorld();
    for (const one of [...steps].reverse()) world.apply(step(one));
    expect(rowsOf(world)).toEqual(rows);
    expect(world.ticket('1').currentContactId).toBe(owner);
  });
});

test('a late PENDING_TRANSFER replaces the row of its TRANSFERRED: one row per transfer', () => {
  const world = newWorld();
  world.apply(step([5, T, 'a>b']));
  const effects = world.apply(step([3, P, 'a>b']));
  expect(effects.distribution).toMatchObject([
    { ticketId: '1', rows: [{ firstChangeNumber: 3, status: 'CONFIRMED' }] },
  ]);
  expect(effects.owners).toEqual([]);
});

test('a late failure frees the TRANSFERRED after it from its PENDING_TRANSFER', () => {
  const world = newWorld();
  world.apply(step([1, P, 'a>b']), step([9, T, 'a>c']));
  world.apply(step([4, 'FAILURE', 'a>b']));
  expect(rowsOf(world)).toEqual([`1 101>102 CANCELLED ${timeOf(4)}`, `9 101>103 CONFIRMED ${timeOf(9)}`]);
});

test('a change that moves nothing writes no rows: those on record are compared, however Postgres writes their times', () => {
  const world = newWorld();
  world.apply(step([1, T, 'a>b']));
  const effects = world.apply(step([2, 'DOWNLOADED']));
  expect(effects).toMatchObject({ distribution: [], owners: [], current: [{ changeNumber: 2 }] });
});

test('a record that tells a status once more, for the details changed meanwhile, is no transfer', () => {
  const anna = person('anna@x.example');
  const bob = person('bob@x.example');
  const told = [
    record({ change: 1, status: P, from: 'anna@x.example', to: 'bob@x.example', owner: anna }),
    record({ change: 2, status: P, from: 'anna@x.example', to: 'bob@x.example', owner: anna }),
    record({ change: 3, status: 'FAILURE', from: 'anna@x.example', to: 'bob@x.example', owner: anna }),
    record({ change: 4, status: 'FAILURE', owner: anna }),
    record({ change: 5, status: P, from: 'anna@x.example', to: 'bob@x.example', owner: anna }),
    record({ change: 6, status: T, from: 'anna@x.example', to: 'bob@x.example', owner: bob }),
    record({ change: 7, status: T, owner: bob }),
  ];
  const world = newWorld();
  world.apply(...told);
  expect(rowsOf(world)).toEqual([`1 101>102 CANCELLED ${timeOf(3)}`, `5 101>102 CONFIRMED ${timeOf(6)}`]);
  expect(world.ticket('1').currentContactId).toBe(BOB);
});
