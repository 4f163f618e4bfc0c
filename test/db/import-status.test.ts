import { CATALOGUE, CONTACTS, lines, openImportFixture, ticket, type ImportFixture } from './import-fixture';

let fixture: ImportFixture;

beforeAll(async () => {
  fixture = await openImportFixture('import-status');
  await fixture.load('catalogue', CATALOGUE);
  await fixture.load('contacts', CONTACTS);
});
afterAll(() => fixture.close());
beforeEach(() => fixture.query('truncate ticket cascade'));

const load = (...rows: readonly string[]) => fixture.load('tickets', lines(...rows));

test('a row never moves a PRINTED ticket back to NOT_PRINTED, and what else it says is stored', async () => {
  await load(ticket(1), ticket(2));
  await fixture.query(`update ticket set status = 'PRINTED', printed_at = now()`);
  const report = await load(ticket(1, { status: 'NOT_PRINTED' }), ticket(2, { status: 'NOT_PRINTED', gate: 'G' }));
  expect(report).toMatchObject({ inserted: 0, updated: 1, unchanged: 1, rejectedTotal: 0 });
  expect(await fixture.query('select status, gate, printed_at is not null as printed from ticket order by id')).toEqual(
    [
      { status: 'PRINTED', gate: null, printed: true },
      { status: 'PRINTED', gate: 'G', printed: true },
    ],
  );
});

test('a row without a status leaves the present one', async () => {
  await load(ticket(1), ticket(2, { status: 'INVALIDATED', invalidationReason: 'LOST' }));
  await fixture.query(`update ticket set status = 'PRINTED' where id = 1`);
  await load(ticket(1), ticket(2, { invalidationReason: 'THEFT' }));
  expect(await fixture.query('select status, invalidation_reason from ticket order by id')).toEqual([
    { status: 'PRINTED', invalidation_reason: null },
    { status: 'INVALIDATED', invalidation_reason: 'THEFT' },
  ]);
});

const STATUSES = ['NOT_PRINTED', 'PRINTED', 'CONTROLLED', 'INVALIDATED', 'CANCELLED'];
const MOVES: Readonly<Record<string, readonly string[]>> = {
  NOT_PRINTED: STATUSES,
  // Back to NOT_PRINTED is no mistake of the row, it is only not done.
  PRINTED: STATUSES,
  CONTROLLED: ['CONTROLLED', 'INVALIDATED', 'CANCELLED'],
  INVALIDATED: ['INVALIDATED', 'CANCELLED'],
  CANCELLED: ['CANCELLED'],
};

test.each(STATUSES.flatMap((from) => STATUSES.map((to) => [from, to] as const)))(
  'status %s to %s is taken or refused as the schema does',
  async (from, to) => {
    await load(ticket(1, { status: from, controlledAt: '2027-05-01T17:30:00Z' }));
    const report = await load(ticket(1, { status: to, controlledAt: '2027-05-01T17:30:00Z' }));
    const good = MOVES[from]?.includes(to) === true;
    expect(report.rejected.map(({ column }) => column)).toEqual(good ? [] : ['status']);
    const kept = !good || (from === 'PRINTED' && to === 'NOT_PRINTED');
    expect(await fixture.query('select status from ticket')).toEqual([{ status: kept ? from : to }]);
  },
);

test('the current cultural contact follows the initial one until a transfer has moved it', async () => {
  await load(ticket(1), ticket(2));
  await fixture.query('update ticket set current_contact_id = 1 where id = 2');
  await load(ticket(1, { culturalContact: null }), ticket(2, { culturalContact: null }));
  expect(await fixture.query('select initial_contact_id, current_contact_id from ticket order by id')).toEqual([
    { initial_contact_id: null, current_contact_id: null },
    { initial_contact_id: null, current_contact_id: '1' },
  ]);
});
