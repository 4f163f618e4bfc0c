import type { MobileStatus } from '../../../core/retrieve-status/wallet-record';
import { person, record, timeOf, type GivenRecord } from './records';
import { World } from './wallet-world';

const BOB = '102';
const contacts = [
  { id: '101', email: 'anna@x.example' },
  { id: BOB, email: 'bob@x.example' },
  { id: '103', email: 'cleo@x.example' },
];

function open(): World {
  return new World({ tickets: [{ id: '1', contact: '101' }], contacts });
}

/** A change, its status and who gives to whom, by the first letters of their names. */
type Step = readonly [change: number, status: MobileStatus, parties?: string];

const emails: Readonly<Record<string, string>> = { a: 'anna@x.example', b: 'bob@x.example', c: 'cleo@x.example' };

function step([change, status, parties = '']: Step): object {
  const [from = '', to = ''] = parties.split('>');
  const told: GivenRecord = { change, status };
  const fromEmail = emails[from];
  const toEmail = emails[to];
  return record({ ...told, ...(fromEmail && { from: fromEmail }), ...(toEmail && { to: toEmail }) });
}

function rowsOf(world: World): readonly string[] {
  return [...world.ticket('1').distribution]
    .sort((left, right) => left.firstChangeNumber - right.firstChangeNumber)
    .map(
      (row) =>
        `${String(row.firstChangeNumber)} ${row.oldContactId ?? '-'}>${row.newContactId ?? '-'} ${row.status} ${row.changedAt}`,
    );
}

const P = 'PENDING_TRANSFER';
const T = 'TRANSFERRED';

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
    const world = open();
    world.apply(...steps.map(step));
    expect(rowsOf(world)).toEqual(rows);
    expect(world.ticket('1').currentContactId).toBe(owner);
  });

  test('in pages of one record', () => {
    const world = open();
    for (const one of steps) world.apply(step(one));
    expect(rowsOf(world)).toEqual(rows);
    expect(world.ticket('1').currentContactId).toBe(owner);
  });

  test('late: the other way round', () => {
    const world = open();
    for (const one of [...steps].reverse()) world.apply(step(one));
    expect(rowsOf(world)).toEqual(rows);
    expect(world.ticket('1').currentContactId).toBe(owner);
  });
});

test('a sender who shares the e-mail of another contact is the holder, not the one that a look-up would choose', () => {
  const world = new World({
    tickets: [{ id: '1', contact: '101' }],
    contacts: [...contacts, { id: '100', email: 'Anna@x.example', account: true }],
  });
  world.apply(step([1, T, 'a>b']));
  expect(rowsOf(world)).toEqual([`1 101>102 CONFIRMED ${timeOf(1)}`]);
});

test('a sender nobody knows is the holder by the chain, and no contact is created for him', () => {
  const world = open();
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
  const world = open();
  world.apply(record({ change: 1, status: P, owner: person('bob@x.example') }));
  expect(rowsOf(world)).toEqual([`1 101>- PENDING ${timeOf(1)}`]);
});

test('a late PENDING_TRANSFER replaces the row of its TRANSFERRED: one row per transfer', () => {
  const world = open();
  world.apply(step([5, T, 'a>b']));
  const effects = world.apply(step([3, P, 'a>b']));
  expect(effects.distribution).toMatchObject([
    { ticketId: '1', rows: [{ firstChangeNumber: 3, status: 'CONFIRMED' }] },
  ]);
  expect(effects.owners).toEqual([]);
});

test('a late failure frees the TRANSFERRED after it from its PENDING_TRANSFER', () => {
  const world = open();
  world.apply(step([1, P, 'a>b']), step([9, T, 'a>c']));
  world.apply(step([4, 'FAILURE', 'a>b']));
  expect(rowsOf(world)).toEqual([`1 101>102 CANCELLED ${timeOf(4)}`, `9 101>103 CONFIRMED ${timeOf(9)}`]);
});

test('a change that moves nothing writes no rows: those on record are compared, however Postgres writes their times', () => {
  const world = open();
  world.apply(step([1, T, 'a>b']));
  const effects = world.apply(step([2, 'DOWNLOADED']));
  expect(effects).toMatchObject({ distribution: [], owners: [], current: [{ changeNumber: 2 }] });
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
  const world = open();
  world.apply(...told);
  expect(rowsOf(world)).toEqual([`1 101>102 CANCELLED ${timeOf(3)}`, `5 101>102 CONFIRMED ${timeOf(6)}`]);
  expect(world.ticket('1').currentContactId).toBe(BOB);
});
