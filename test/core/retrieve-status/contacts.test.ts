import { chooseContact } from '../../../core/retrieve-status/contacts';
import type { ContactState } from '../../../core/retrieve-status/page-state';
import { person, record } from './records';
import { World, type GivenContact } from './wallet-world';

const ticket = { id: '1', contact: '101' };
const anna = { id: '101', email: 'anna@x.example' };
const emptyContact = { firstName: 'Pending', lastName: 'CREATION', account: false, filledBy: null };

function worldOf(...contacts: readonly GivenContact[]): World {
  return new World({ tickets: [ticket, { id: '2', contact: '101' }], contacts: [anna, ...contacts] });
}

describe('the contact of an e-mail (domain.md 8.4)', () => {
  const states: Readonly<Record<string, ContactState>> = {
    account: { ...stateOf('9'), hasInternetAccount: true, kind: 'RELAY', createdAt: '2025-03-01T00:00:00Z' },
    individual: { ...stateOf('8'), createdAt: '2025-02-01T00:00:00Z' },
    relay: { ...stateOf('1'), kind: 'RELAY' },
    younger: { ...stateOf('2'), createdAt: '2025-02-01T00:00:01Z' },
    id10: { ...stateOf('10'), createdAt: '2025-02-01T00:00:00Z' },
  };
  test.each([
    ['one with an internet account before all others', 'account', ['individual', 'relay', 'younger', 'account']],
    ['an individual before a relay that is older', 'individual', ['relay', 'individual']],
    ['the oldest', 'individual', ['younger', 'individual']],
    ['of two of one moment the one of the lower id', 'individual', ['id10', 'individual']],
  ])('is %s', (_, chosen, names) => {
    const contacts = names.map((name) => states[name]).filter((state) => state !== undefined);
    expect(chooseContact(contacts)).toBe(states[chosen]);
    expect(chooseContact([...contacts].reverse())).toBe(states[chosen]);
  });

  test('is none where there is none', () => {
    expect(chooseContact([])).toBeUndefined();
  });

  test('is found whatever the case of its letters', () => {
    const world = worldOf({ id: '102', email: 'Bob@X.example' });
    world.apply(record({ change: 1, status: 'TRANSFERRED', to: 'bOB@x.Example' }));
    expect(world.ticket('1').currentContactId).toBe('102');
    expect(world.contacts).toHaveLength(2);
  });
});

describe('what a transfer does to its recipient (domain.md 8.4)', () => {
  test.each(['PENDING_TRANSFER', 'TRANSFERRED'] as const)(
    '%s: a contact with a real name is reused, never updated',
    (status) => {
      const world = worldOf({ id: '102', email: 'bob@x.example' });
      const before = { ...world.contact('102') };
      const effects = world.apply(record({ change: 1, status, to: 'bob@x.example', owner: person('bob@x.example') }));
      expect(effects).toMatchObject({ createContacts: [], fillContacts: [] });
      expect(world.contact('102')).toEqual(before);
      expect(world.ticket('1').distribution).toMatchObject([{ oldContactId: '101', newContactId: '102' }]);
    },
  );

  test('TRANSFERRED: a temporary contact is completed from the record and gets the internet account', () => {
    const world = worldOf({ id: '102', email: 'bob@x.example', temporary: true });
    world.apply(record({ change: 4, status: 'TRANSFERRED', to: 'bob@x.example', owner: person('Bob@x.example') }));
    expect(world.contact('102')).toMatchObject({ firstName: 'Ada', lastName: 'Lovelace', account: true, filledBy: 4 });
    expect(world.contact('102').person).toMatchObject({ email: 'Bob@x.example' });
  });

  test('PENDING_TRANSFER: a temporary contact stays temporary', () => {
    const world = worldOf({ id: '102', email: 'bob@x.example', temporary: true });
    world.apply(
      record({ change: 1, status: 'PENDING_TRANSFER', to: 'bob@x.example', owner: person('anna@x.example') }),
    );
    expect(world.contact('102')).toMatchObject(emptyContact);
    expect(world.contacts).toHaveLength(2);
  });

  test('PENDING_TRANSFER, none found: a temporary one is created, with the e-mail only', () => {
    const world = worldOf();
    world.apply(
      record({ change: 1, status: 'PENDING_TRANSFER', to: 'Bob@x.example', owner: person('anna@x.example') }),
    );
    expect(world.contactsOf('bob@x.example')).toMatchObject([{ ...emptyContact, person: null }]);
  });

  test('TRANSFERRED, none found: one is created from the record, with an internet account', () => {
    const world = worldOf();
    const told = {
      ...person('bob@x.example'),
      title: 'Dr',
      dateOfBirth: '1990-02-28',
      nationality: 'CH',
      idCardNumber: 'X1',
      phoneNumber: '+41 1',
      residenceCountry: 'FR',
      language: 'de',
      organizerSpectatorPreference: { allowPromoEmail: true, allowThirdPartyEmail: false },
    };
    world.apply(record({ change: 1, status: 'TRANSFERRED', owner: told }));
    const { organizerSpectatorPreference: consents, ...fields } = told;
    expect(world.contactsOf('bob@x.example')).toMatchObject([{ account: true, person: { ...fields, ...consents } }]);
  });

  test.each(['FAILURE', 'FAILURE_TRANSFER'] as const)('%s, none found: none is created', (status) => {
    const world = worldOf();
    world.apply(record({ change: 1, status, to: 'bob@x.example' }));
    expect(world.contacts).toHaveLength(1);
    expect(world.ticket('1').distribution).toMatchObject([{ newContactId: null, status: 'CANCELLED' }]);
  });

  test.each([
    ['FAILURE', 'real name', false],
    ['FAILURE', 'temporary', true],
    ['FAILURE_TRANSFER', 'real name', false],
    ['FAILURE_TRANSFER', 'temporary', true],
  ] as const)('%s: a contact found (%s) is the recipient of the row, and is never updated', (status, _, temporary) => {
    const world = worldOf({ id: '102', email: 'bob@x.example', temporary });
    const before = { ...world.contact('102') };
    const effects = world.apply(record({ change: 1, status, to: 'bob@x.example', owner: person('bob@x.example') }));
    expect(effects).toMatchObject({ createContacts: [], fillContacts: [], owners: [] });
    expect(world.contact('102')).toEqual(before);
    expect(world.ticket('1').distribution).toMatchObject([{ newContactId: '102', status: 'CANCELLED' }]);
  });

  test.each([
    ['no details', undefined],
    ['no name', { email: 'bob@x.example', title: 'Dr' }],
    ['blank names', person('bob@x.example', ' ', '')],
    ['the name of a temporary one', person('bob@x.example', 'Pending', 'CREATION')],
  ])('TRANSFERRED with %s: the contact is temporary, and the next record completes it', (_, owner) => {
    const world = worldOf();
    const about = { status: 'TRANSFERRED', to: 'bob@x.example' } as const;
    world.apply(record({ change: 1, ...about, ...(owner === undefined ? {} : { owner }) }));
    expect(world.contactsOf('bob@x.example')).toMatchObject([emptyContact]);
    world.apply(record({ change: 2, ...about, ticket: '2', owner: person('bob@x.example') }));
    expect(world.contactsOf('bob@x.example')).toMatchObject([{ firstName: 'Ada', account: true, filledBy: 2 }]);
  });

  test('a name alone, first or last, completes a contact', () => {
    const world = worldOf();
    world.apply(record({ change: 1, status: 'TRANSFERRED', owner: { email: 'bob@x.example', lastName: 'Pelé' } }));
    expect(world.contactsOf('bob@x.example')).toMatchObject([{ firstName: null, lastName: 'Pelé', account: true }]);
  });

  test('whoever takes a ticket with another account keeps the e-mail that the transfer went to', () => {
    const world = worldOf();
    world.apply(record({ change: 1, status: 'PENDING_TRANSFER', to: 'bob@x.example' }));
    world.apply(record({ change: 2, status: 'TRANSFERRED', to: 'bob@x.example', owner: person('robert@y.example') }));
    expect(world.contactsOf('robert@y.example')).toEqual([]);
    expect(world.contactsOf('bob@x.example')).toMatchObject([{ firstName: 'Ada', account: true }]);
    expect(world.ticket('1').currentContactId).toBe(world.contactsOf('bob@x.example')[0]?.id);
  });
});

describe('several records of one new e-mail', () => {
  const first = record({
    change: 5,
    status: 'TRANSFERRED',
    to: 'bob@x.example',
    owner: person('bob@x.example', 'First'),
  });
  const second = record({
    change: 7,
    ticket: '2',
    status: 'TRANSFERRED',
    to: 'BOB@x.example',
    owner: person('Bob@x.example', 'Second'),
  });
  const pending = record({ change: 3, ticket: '2', status: 'PENDING_TRANSFER', to: 'Bob@X.example' });

  test.each([
    ['first, second', [first, second]],
    ['second, first', [second, first]],
    ['pending, second, first', [pending, second, first]],
  ])('in one page create one contact, with the data of the lowest TRANSFERRED: %s', (_, records) => {
    const world = worldOf();
    expect(world.apply(...records).createContacts).toHaveLength(1);
    expect(world.contactsOf('bob@x.example')).toMatchObject([{ firstName: 'First', filledBy: 5 }]);
    const [bob] = world.contactsOf('bob@x.example');
    expect([world.ticket('1').currentContactId, world.ticket('2').currentContactId]).toEqual([bob?.id, bob?.id]);
  });

  test('in pages of their own do the same: a lower change number mends what a higher one wrote', () => {
    const world = worldOf();
    world.apply(second);
    expect(world.contactsOf('bob@x.example')).toMatchObject([{ firstName: 'Second', filledBy: 7 }]);
    world.apply(first);
    expect(world.contactsOf('bob@x.example')).toMatchObject([{ firstName: 'First', filledBy: 5 }]);
    expect(
      world.apply(record({ change: 9, status: 'TRANSFERRED', owner: person('bob@x.example', 'Third') })).fillContacts,
    ).toEqual([]);
  });

  test('what S-360 changed since is left alone', () => {
    const world = worldOf();
    world.apply(second);
    const [bob] = world.contactsOf('bob@x.example');
    if (bob === undefined) throw new Error('No contact was created');
    Object.assign(bob, { lastName: 'Mended by hand', filledBy: null });
    world.apply(first);
    expect(world.contact(bob.id)).toMatchObject({ firstName: 'Second', lastName: 'Mended by hand' });
  });
});

describe('a contact whose e-mail S-360 corrected', () => {
  test('stays the recipient of the transfers before, and the holder', () => {
    const world = worldOf();
    world.apply(record({ change: 1, status: 'TRANSFERRED', owner: person('typo@x.example') }));
    const [bob] = world.contactsOf('typo@x.example');
    if (bob === undefined) throw new Error('No contact was created');
    Object.assign(bob, { email: 'right@x.example', filledBy: null });
    const effects = world.apply(record({ change: 2, status: 'CONTROLLED' }));
    expect(effects).toMatchObject({ createContacts: [], owners: [], distribution: [] });
    expect(world.ticket('1').currentContactId).toBe(bob.id);
  });
});

describe('an e-mail of which JavaScript and Postgres know another lower case', () => {
  test.each([
    ['a dotted capital I', 'İnci@x.example', 'inci@x.example'],
    ['a sigma at the end of a word', 'ΝΙΚΟΣ@x.example', 'νικοσ@x.example'],
  ])('%s: Postgres says which contact it means, also when the next record writes it so', (_, written, key) => {
    expect(written.toLowerCase()).not.toBe(key);
    const known = worldOf({ id: '102', email: key, temporary: true });
    known.apply(record({ change: 1, status: 'PENDING_TRANSFER', to: written }));
    known.apply(record({ change: 2, status: 'TRANSFERRED', to: written, owner: person(key) }));
    expect(known.contacts).toHaveLength(2);
    expect(known.contact('102')).toMatchObject({ email: key, firstName: 'Ada', filledBy: 2 });
    expect(known.ticket('1')).toMatchObject({ currentContactId: '102' });

    const none = worldOf();
    none.apply(record({ change: 1, status: 'PENDING_TRANSFER', to: written }));
    none.apply(record({ change: 2, status: 'TRANSFERRED', to: key, owner: person(written) }));
    none.apply(record({ change: 3, ticket: '2', status: 'TRANSFERRED', owner: person(written) }));
    expect(none.contacts).toHaveLength(2);
    expect(none.contactsOf(key)).toMatchObject([{ email: written, account: true, filledBy: 2 }]);
  });
});

function stateOf(contactId: string): ContactState {
  const state = { email: 'a@x.example', temporary: false, hasInternetAccount: false, filledBy: null } as const;
  return { contactId, ...state, kind: 'INDIVIDUAL', createdAt: '2025-01-01T00:00:00Z' };
}
