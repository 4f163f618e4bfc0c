import { person, record } from './records';
import { World } from './wallet-world';

const ticket = { id: '1', contact: '101' };
const anna = { id: '101', email: 'anna@x.example' };
const emptyContact = { firstName: 'Pending', lastName: 'CREATION', account: false, filledBy: null };

describe('distribution that was switched off and is on again', () => {
  const pending = record({ change: 1, status: 'PENDING_TRANSFER', from: 'anna@x.example', to: 'bob@x.example' });
  const transferred = record({ change: 2, status: 'TRANSFERRED', to: 'bob@x.example', owner: person('Bob@x.example') });
  const toDan = record({ change: 3, status: 'PENDING_TRANSFER', from: 'bob@x.example', to: 'dan@x.example' });
  const all = [pending, transferred, toDan];

  /** What came while it was off, before it is on again. */
  function switchedOff(...records: readonly object[]): World {
    const world = new World({ tickets: [{ ...ticket, distributes: false }], contacts: [anna] });
    world.apply(...records);
    expect(world.contacts).toHaveLength(1);
    world.ticket('1').distributes = true;
    return world;
  }

  function expectMadeUp(world: World): void {
    const [bob] = world.contactsOf('bob@x.example');
    const [dan] = world.contactsOf('dan@x.example');
    expect(bob).toMatchObject({ email: 'Bob@x.example', firstName: 'Ada', account: true, filledBy: 2 });
    expect(dan).toMatchObject(emptyContact);
    expect(world.ticket('1').currentContactId).toBe(bob?.id);
    expect(world.ticket('1').distribution).toMatchObject([
      { firstChangeNumber: 1, oldContactId: '101', newContactId: bob?.id, status: 'CONFIRMED' },
      { firstChangeNumber: 3, oldContactId: bob?.id, newContactId: dan?.id, status: 'PENDING' },
    ]);
  }

  test('the next change of the ticket brings rows, completed contacts and the cultural contact of all before', () => {
    const world = switchedOff(...all);
    world.apply(record({ change: 4, status: 'ASSIGNED' }));
    expectMadeUp(world);
  });

  test.each([
    ['all of them', all],
    ['the first alone', [pending]],
    ['the last alone', [toDan]],
  ])('a record that is told again does the same: %s', (_, again) => {
    const world = switchedOff(...all);
    const { counts } = world.apply(...again);
    expect(counts).toMatchObject({ repeated: again.length, applied: 0 });
    expectMadeUp(world);
    expect(world.apply(...all)).toMatchObject({ createContacts: [], fillContacts: [], owners: [], distribution: [] });
  });

  test('what came before it was switched off stays, what came meanwhile is made up for', () => {
    const world = new World({ tickets: [ticket], contacts: [anna] });
    world.apply(pending);
    world.ticket('1').distributes = false;
    world.apply(transferred, toDan);
    expect(world.contactsOf('bob@x.example')).toMatchObject([emptyContact]);
    world.ticket('1').distributes = true;
    world.apply(pending);
    expectMadeUp(world);
  });

  test('a transfer that went to somebody else meanwhile is not taken for one to whom its row named', () => {
    const world = new World({ tickets: [ticket], contacts: [anna, { id: '102', email: 'bob@x.example' }] });
    world.apply(pending);
    world.ticket('1').distributes = false;
    world.apply(record({ change: 2, status: 'TRANSFERRED', to: 'eve@x.example', owner: person('eve@x.example') }));
    world.ticket('1').distributes = true;
    world.apply(pending);
    const [eve] = world.contactsOf('eve@x.example');
    expect(world.ticket('1').distribution).toMatchObject([{ newContactId: eve?.id, status: 'CONFIRMED' }]);
    expect(eve).toMatchObject({ firstName: 'Ada', account: true });
  });

  test('a contact whose e-mail S-360 corrected meanwhile stays the recipient of its transfer', () => {
    const world = new World({ tickets: [ticket], contacts: [anna] });
    world.apply(pending);
    const [bob] = world.contactsOf('bob@x.example');
    if (bob === undefined) throw new Error('No contact was created');
    Object.assign(bob, { email: 'right@x.example', firstName: 'Bob', lastName: 'Right' });
    world.ticket('1').distributes = false;
    world.apply(transferred);
    world.ticket('1').distributes = true;
    world.apply(transferred);
    expect(world.contacts).toHaveLength(2);
    expect(world.ticket('1')).toMatchObject({ currentContactId: bob.id, distribution: [{ newContactId: bob.id }] });
    expect(bob).toMatchObject({ email: 'right@x.example', firstName: 'Bob' });
  });

  test('a name that was told once more meanwhile completes the contact', () => {
    const world = new World({ tickets: [ticket], contacts: [anna] });
    world.apply(record({ change: 1, status: 'TRANSFERRED', owner: { email: 'bob@x.example' } }));
    world.ticket('1').distributes = false;
    const toldAgain = record({ change: 2, status: 'TRANSFERRED', owner: person('bob@x.example') });
    world.apply(toldAgain);
    world.ticket('1').distributes = true;
    world.apply(toldAgain);
    expect(world.contactsOf('bob@x.example')).toMatchObject([{ firstName: 'Ada', account: true, filledBy: 2 }]);
  });

  test('a contact that a later record filled meanwhile is mended, one that S-360 changed is not', () => {
    const later = record({
      change: 9,
      ticket: '2',
      status: 'TRANSFERRED',
      owner: person('bob@x.example', 'Later'),
    });
    for (const [filledBy, firstName] of [
      [9, 'Ada'],
      [null, 'Later'],
    ] as const) {
      const tickets = [{ ...ticket, distributes: false }, { id: '2' }];
      const world = new World({ tickets, contacts: [anna] });
      world.apply(transferred, later);
      for (const bob of world.contactsOf('bob@x.example')) bob.filledBy = filledBy;
      world.ticket('1').distributes = true;
      world.apply(transferred);
      expect(world.contactsOf('bob@x.example')).toMatchObject([{ firstName }]);
    }
  });

  test('as long as it is off, nothing that is told again is distributed', () => {
    const world = switchedOff(...all);
    world.ticket('1').distributes = false;
    expect(world.apply(...all)).toMatchObject({ createContacts: [], fillContacts: [], owners: [], distribution: [] });
  });
});

test('what is told again of a ticket whose transfers are all written asks for no contact anew', () => {
  const world = new World({ tickets: [ticket], contacts: [anna, { id: '102', email: 'bob@x.example' }] });
  const transferred = record({ change: 1, status: 'TRANSFERRED', owner: person('bob@x.example') });
  world.apply(transferred);
  // S-360 gave the e-mail to a contact that a look-up would prefer.
  world.contacts.push({ ...world.contact('102'), id: '103', account: true });
  expect(world.apply(transferred)).toMatchObject({ createContacts: [], owners: [], distribution: [] });
});
