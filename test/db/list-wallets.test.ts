import { countChanges, listWallets } from '../../db/queries/operations/list-wallets';
import { addTickets } from '../helpers/engine-seed';
import { openPages, ORGANIZER, type Pages, toPerson, toRecord } from './retrieve-status/page-fixture';

let pages: Pages;
beforeAll(async () => {
  pages = await openPages('list-wallets');
  await addTickets(pages.database.pool, 1, 3);
  await pages.open();
});
afterAll(() => pages.close());

test('a ticket that was read back comes with its state, its owner, its changes and its accepted transfers; no other one comes', async () => {
  const changes = [
    toRecord(4),
    toRecord(5, { status: 'PENDING_TRANSFER' }),
    toRecord(6, { status: 'TRANSFERRED', owner: toPerson({ email: 'Ben@Example.org' }) }),
    toRecord(7, { ticketId: '2', status: 'DOWNLOADED', owner: null }),
  ];
  const row = { oldContact: { contactId: '1' }, newContact: null, changedAt: '2026-11-20T10:00:06Z' };
  await pages.write({
    history: changes,
    current: changes.slice(2),
    distribution: [
      {
        ticketId: '1',
        rows: [
          { ...row, firstChangeNumber: 5, status: 'CONFIRMED' },
          { ...row, firstChangeNumber: 9, status: 'CANCELLED' },
        ],
      },
    ],
  });
  const [{ email } = { email: null }] = await pages.query<{ email: string }>(
    'select c.email from ticket t join contact c on c.id = t.current_contact_id where t.id = 2',
  );
  const wallets = await listWallets(pages.database, ORGANIZER);
  expect(wallets).toMatchObject([
    {
      ticketId: '1',
      status: 'TRANSFERRED',
      changeNumber: 6,
      ownerEmail: 'Ben@Example.org',
      changes: 3,
      confirmedTransfers: 1,
    },
    { ticketId: '2', status: 'DOWNLOADED', changeNumber: 7, ownerEmail: null, changes: 1, confirmedTransfers: 0 },
  ]);
  expect(email).toContain('@');
  expect(wallets[1]?.culturalContactEmail).toBe(email);
  expect(await countChanges(pages.database)).toBe(4);
  expect(await listWallets(pages.database, 'another')).toEqual([]);
});
