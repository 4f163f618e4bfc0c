import { CATALOGUE, CONTACTS, lines, openImportFixture, ticket, type ImportFixture } from './import-fixture';

let fixture: ImportFixture;

beforeAll(async () => {
  fixture = await openImportFixture('import-ticket-rules');
  await fixture.load('catalogue', CATALOGUE);
  await fixture.load('contacts', CONTACTS);
});
afterAll(() => fixture.close());
beforeEach(() => fixture.query('truncate ticket cascade'));

const load = (...rows: readonly string[]) => fixture.load('tickets', lines(...rows));
const reasons = async (...rows: readonly string[]) =>
  (await load(...rows)).rejected.map(({ line, column, reason }) => `${String(line)} ${column ?? ''}: ${reason}`);

test.each([
  ['organization', { organization: 'NONE' }, 'organization is not in the catalogue: import the catalogue first'],
  ['product', { product: 'NONE', performance: null }, 'product is not in the catalogue of this organization'],
  ['performance', { product: 'CUP' }, 'performance is not in the catalogue of this product'],
  ['tariff', { tariff: 'NONE' }, 'tariff is not in the catalogue of this organization'],
  ['category', { category: 'NONE' }, 'category is not in the catalogue of this organization'],
  ['shipmentMode', { shipmentMode: 'NONE' }, 'shipmentMode is not in the catalogue of this organization'],
  ['purchaser', { purchaser: 99 }, 'purchaser is not among the contacts: import the contacts first'],
  ['culturalContact', { culturalContact: 99 }, 'culturalContact is not among the contacts: import the contacts first'],
  ['beneficiary', { beneficiary: 99 }, 'beneficiary is not among the contacts: import the contacts first'],
  [
    'replacesTicket',
    { replacesTicket: 99 },
    'replacesTicket is not among the tickets, neither in the database nor in this file',
  ],
  ['controlledAt', { status: 'CONTROLLED' }, 'controlledAt is mandatory for a ticket with status CONTROLLED'],
])(
  'an unknown or missing %s is told with line and reason, and nothing is imported',
  async (column, changes, reason) => {
    const report = await load(ticket(1), ticket(2, changes));
    expect(report).toEqual({
      imported: false,
      rows: 2,
      inserted: 0,
      updated: 0,
      unchanged: 0,
      rejected: [{ line: 2, column, reason }],
      rejectedTotal: 1,
    });
    expect(await fixture.query('select id from ticket')).toEqual([]);
  },
);

test('rows that stand twice are told with each other’s line', async () => {
  expect(
    await reasons(ticket(1), ticket(2), ticket(1, { ticketNumber: 'X' }), ticket(4, { ticketNumber: 'N2' })),
  ).toEqual([
    '1 id: id stands in line 3 too: a file may hold each only once',
    '2 ticketNumber: ticketNumber stands in line 4 too: a file may hold each only once',
    '3 id: id stands in line 1 too: a file may hold each only once',
    '4 ticketNumber: ticketNumber stands in line 2 too: a file may hold each only once',
  ]);
});

test('a ticket number is unique within its organization only', async () => {
  await load(ticket(1));
  expect(await reasons(ticket(2, { ticketNumber: 'N1' }))).toEqual([
    '1 ticketNumber: ticketNumber is that of another ticket of this organization',
  ]);
  expect(await reasons(ticket(2, { ticketNumber: 'N1', organization: 'OTHER' }))).toEqual([]);
});

test('a ticket changes neither its organization nor its kind', async () => {
  await load(ticket(1));
  expect((await load(ticket(1, { organization: 'OTHER', kind: 'CARD' }))).rejected.map(({ column }) => column)).toEqual(
    ['kind', 'organization'],
  );
});

test('replaced tickets may stand in the same file in any order, in chains', async () => {
  expect(
    await reasons(
      ticket(3, { replacesTicket: 2 }),
      ticket(2, { replacesTicket: 1 }),
      ticket(1, { status: 'INVALIDATED' }),
    ),
  ).toEqual([]);
});

test('a ticket is replaced once, within its organization, and never by itself in the end', async () => {
  await load(ticket(1), ticket(2, { replacesTicket: 1 }), ticket(9, { organization: 'OTHER' }));
  expect(
    await reasons(
      ticket(3, { replacesTicket: 1 }),
      ticket(4, { replacesTicket: 9 }),
      ticket(1, { replacesTicket: 6 }),
      ticket(6, { replacesTicket: 2 }),
    ),
  ).toEqual([
    '1 replacesTicket: replacesTicket is already replaced by another ticket',
    '2 replacesTicket: replacesTicket is a ticket of another organization',
    '3 replacesTicket: replacesTicket leads back to this ticket',
    '4 replacesTicket: replacesTicket leads back to this ticket',
  ]);
});
