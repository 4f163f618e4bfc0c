import { parseDiffPage } from '../../../core/messages/parse-diff-page';
import { emailsOf, identitiesOf, ticketIdsOf } from '../../../core/retrieve-status/apply-page';
import { nothingWrong } from '../../../core/retrieve-status/wallet-record';
import { person, record } from './records';
import { World } from './wallet-world';

const contacts = [{ id: '101', email: 'anna@x.example' }];
const ticket = { id: '1', contact: '101' };
const nothing = { records: 0, applied: 0, older: 0, repeated: 0, skipped: 0, putAside: 0, putAsideBefore: 0, seen: 0 };

describe('the current state and the history of a ticket (domain.md 8.3, reliability.md F22)', () => {
  test.each([
    ['in order', [1, 2, 3], { applied: 3 }],
    ['newest first', [3, 2, 1], { applied: 1, older: 2 }],
    ['mixed', [2, 3, 1], { applied: 2, older: 1 }],
    ['with repeats', [1, 3, 1, 3, 2], { applied: 2, older: 1, repeated: 2 }],
  ])('newest wins, history has each once: %s', (_, changes, counts) => {
    const inOnePage = new World({ tickets: [ticket], contacts });
    const records = changes.map((change) => record({ change }));
    const effects = inOnePage.apply(...records);
    expect(effects.counts).toEqual({ ...nothing, records: changes.length, ...counts });
    expect(effects.current).toMatchObject([{ changeNumber: 3 }]);
    expect(inOnePage.ticket('1').history.size).toBe(3);

    const inPages = new World({ tickets: [ticket], contacts });
    for (const one of records) inPages.apply(one);
    expect(inPages.snapshot()).toEqual(inOnePage.snapshot());
  });

  test('of two records of one change number the first one stands', () => {
    const world = new World({ tickets: [ticket], contacts });
    world.apply(record({ change: 1, status: 'ASSIGNED' }), record({ change: 1, status: 'DELETED' }));
    world.apply(record({ change: 1, status: 'CONTROLLED' }));
    expect(world.ticket('1').current).toMatchObject({ status: 'ASSIGNED' });
  });

  test('change number 0 is one', () => {
    const world = new World({ tickets: [ticket], contacts });
    expect(world.apply(record({ change: 0 })).current).toMatchObject([{ changeNumber: 0 }]);
  });
});

describe('a ticket without an injection mark', () => {
  test.each([
    ['NOT_PRINTED', 'PRINTED'],
    ['CANCELLED', 'CANCELLED'],
  ])('%s: is marked once, and is %s afterwards', (status, after) => {
    const world = new World({ tickets: [{ ...ticket, status, injected: false }], contacts });
    const effects = world.apply(record({ change: 1 }), record({ change: 2 }));
    expect(effects).toMatchObject({ seen: ['1'], counts: { seen: 1, applied: 2 } });
    expect(world.ticket('1')).toMatchObject({ status: after, injected: true });
    expect(world.apply(record({ change: 3 })).seen).toEqual([]);
  });

  test('is marked by a record that is on record too', () => {
    const world = new World({ tickets: [ticket], contacts });
    world.apply(record({ change: 1 }));
    world.ticket('1').injected = false;
    expect(world.apply(record({ change: 1 }))).toMatchObject({ seen: ['1'], history: [], counts: { repeated: 1 } });
  });
});

describe('a ticket on the skip list (decision 46)', () => {
  const skipped = { tickets: [{ ...ticket, skipped: true, injected: false }], contacts };
  const transferred = record({ change: 1, status: 'TRANSFERRED', owner: person('b@x.example') });
  const wrong = { ...record({ change: 2 }), changedAt: 'yesterday' };

  test('nothing is written of it; its records are kept, wrong ones too, and count as skipped', () => {
    const { counts, putAside, ...effects } = new World(skipped).apply(transferred, wrong);
    expect(Object.values(effects).flat()).toEqual([]);
    expect(putAside).toMatchObject([
      { identity: 'change 1 of ticket 1', ticketId: '1', reason: 'SKIPPED', problem: nothingWrong },
      { identity: 'change 2 of ticket 1', ticketId: '1', reason: 'SKIPPED', problem: 'changedAt is no RFC 3339 time' },
    ]);
    expect(counts).toEqual({ ...nothing, records: 2, skipped: 2 });
  });

  test('a record is kept once, and not at all when it is on record', () => {
    const world = new World({ tickets: [ticket], contacts });
    world.apply(record({ change: 3 }));
    world.ticket('1').skipped = true;
    const all = [record({ change: 3 }), transferred, wrong, transferred, wrong];
    expect(world.apply(...all).putAside).toHaveLength(2);
    expect(world.apply(...all)).toMatchObject({ putAside: [], counts: { ...nothing, records: 5, skipped: 5 } });
  });

  test('what can be applied one day replaces what cannot, never the other way round', () => {
    const right = record({ change: 2 });
    for (const pages of [[[wrong], [right], [wrong]], [[right], [wrong]], [[wrong, right, wrong]], [[right, wrong]]]) {
      const world = new World(skipped);
      for (const page of pages) world.apply(...page);
      world.ticket('1').skipped = false;
      expect(world.applyKept().counts).toEqual({ ...nothing, records: 1, applied: 1, seen: 1 });
    }
  });

  test('a record that was put aside for another reason is kept from then on, if it can be applied', () => {
    const world = new World({ tickets: [ticket], contacts });
    world.apply({ ...record({ change: 4 }), status: 'NEW_ONE' });
    world.ticket('1').skipped = true;
    expect(world.apply({ ...record({ change: 4 }), status: 'NEW_ONE' }).putAside).toEqual([]);
    expect(world.apply(record({ change: 4 })).putAside).toMatchObject([{ reason: 'SKIPPED', problem: nothingWrong }]);
  });

  test('once the skip is gone, what is kept is applied, and what cannot be applied is put aside for its true reason', () => {
    const world = new World(skipped);
    world.apply(transferred, wrong);
    world.ticket('1').skipped = false;
    const { counts, putAside } = world.applyKept();
    expect(counts).toEqual({ ...nothing, records: 2, applied: 1, putAside: 1, seen: 1 });
    expect(putAside).toMatchObject([{ identity: 'change 2 of ticket 1', reason: 'INVALID' }]);
    expect(world.apply(transferred, wrong).counts).toMatchObject({ repeated: 1, putAsideBefore: 1 });
    expect(world.applyKept().counts).toEqual(nothing);
  });
});

test('enableTicketDistributionToCulturalContact false: state and history, but no contacts, no owner, no rows', () => {
  const world = new World({ tickets: [{ ...ticket, distributes: false }], contacts });
  const effects = world.apply(record({ change: 1, status: 'TRANSFERRED', owner: person('b@x.example') }));
  expect(effects).toMatchObject({ createContacts: [], fillContacts: [], owners: [], distribution: [] });
  expect(effects).toMatchObject({ history: [{ changeNumber: 1 }], current: [{ changeNumber: 1 }] });
});

describe('what cannot be applied is put aside', () => {
  const records = [
    record({ change: 1, ticket: '99' }),
    record({ change: 2, ticket: 'ABC-1' }),
    { ...record({ change: 3 }), status: 'NEW_ONE' },
    { ...record({ change: 4 }), ticketId: 7 },
    { ...record({ change: 5 }), ticketDetails: { main: [{ key: 'k', value: 'x'.repeat(70_000) }] } },
  ];

  test('with its reason, once, and the others are applied', () => {
    const world = new World({ tickets: [ticket], contacts });
    const effects = world.apply(...records, ...records, record({ change: 6 }));
    const noTicket = [...world.putAside.keys()].find((identity) => identity.startsWith('hash ')) ?? '';
    expect(effects.counts).toEqual({ ...nothing, records: 11, applied: 1, putAside: 5, putAsideBefore: 5 });
    expect(Object.fromEntries(world.putAside)).toEqual({
      'change 1 of ticket 99': 'UNKNOWN_TICKET',
      'change 2 of ticket ABC-1': 'UNKNOWN_TICKET',
      'change 3 of ticket 1': 'UNKNOWN_STATUS',
      [noTicket]: 'INVALID',
      'change 5 of ticket 1': 'TOO_LARGE',
    });
    const before = new Map(world.putAside);
    const again = world.apply(...records, record({ change: 7, ticket: '98' }));
    expect(again.counts).toEqual({ ...nothing, records: 6, putAside: 1, putAsideBefore: 5 });
    expect(again.putAside).toMatchObject([{ identity: 'change 7 of ticket 98' }]);
    expect(world.putAside).toEqual(before.set('change 7 of ticket 98', 'UNKNOWN_TICKET'));
  });

  test('once for each ticket: two tickets may have changes of the same number', () => {
    const world = new World({ tickets: [ticket], contacts });
    const two = [record({ change: 1, ticket: '98' }), record({ change: 1, ticket: '99' })];
    const unreadable = [7, 8].map((ticketId) => ({ ...record({ change: 1 }), ticketId }));
    expect(world.apply(...two, ...unreadable).counts).toEqual({ ...nothing, records: 4, putAside: 4 });
    expect(world.apply(...two, ...unreadable).counts).toEqual({ ...nothing, records: 4, putAsideBefore: 4 });
  });

  test('and is applied once its ticket is there, though it is put aside', () => {
    const world = new World({ tickets: [ticket], contacts });
    const effects = world.apply(record({ change: 1, ticket: '99' }));
    world.tickets.set('99', { ...world.ticket('1'), id: '99', history: new Map() });
    const kept: unknown = JSON.parse(effects.putAside[0]?.json ?? '');
    const applied = world.apply(kept);
    expect(applied).toMatchObject({ putAside: [], counts: { ...nothing, records: 1, applied: 1 } });
    expect(world.ticket('99').current).toMatchObject({ changeNumber: 1, ticketId: '99' });
  });
});

test('what a page names: tickets with ids of S-360, e-mails of transfers as they are written, identities', () => {
  const tickets = [
    record({
      change: 1,
      ticket: '5',
      status: 'PENDING_TRANSFER',
      from: 'Zoe@x.example',
      to: 'anna@x.example',
      owner: person('ZOE@x.example'),
    }),
    record({ change: 2, ticket: '5', owner: person('not-asked@x.example') }),
    record({ change: 3, ticket: 'ABC' }),
    { ...record({ change: 4, ticket: '6' }), status: 'NEW_ONE' },
    'nothing',
  ];
  const page = parseDiffPage({ tickets, paginationKey: '', hasMore: true });
  if ('problem' in page) throw new Error(page.problem);
  expect(ticketIdsOf(page)).toEqual(['5', '6']);
  expect(emailsOf(page)).toEqual(['Zoe@x.example', 'anna@x.example', 'ZOE@x.example']);
  const known = (skipped: boolean) => new Map(['5', '6'].map((id) => [id, { skipped }]));
  expect(identitiesOf(page, known(false))).toHaveLength(3);
  expect(identitiesOf(page, known(true))).toHaveLength(5);
  expect(identitiesOf(page, new Map())).toEqual([
    'change 1 of ticket 5',
    'change 2 of ticket 5',
    'change 3 of ticket ABC',
    'change 4 of ticket 6',
    expect.stringMatching(/^hash [0-9a-f]{16}$/),
  ]);
});
