import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { importFile } from '../../cli/import/import-file';
import { openDatabase } from '../../db/database';
import { writeSeason } from '../../local/season';
import { CATALOGUE, CONTACTS, lines, openImportFixture, textLike, ticket, type ImportFixture } from './import-fixture';

let fixture: ImportFixture;

beforeAll(async () => {
  fixture = await openImportFixture('import-tickets');
  await fixture.load('catalogue', CATALOGUE);
  await fixture.load('contacts', CONTACTS);
});
afterAll(() => fixture.close());
beforeEach(() => fixture.query('truncate ticket cascade'));

const load = (...rows: readonly string[]) => fixture.load('tickets', lines(...rows));

test('a ticket is stored with every key found by its code', async () => {
  const report = await load(
    ticket(7, {
      status: 'CONTROLLED',
      controlledAt: '2027-05-01T17:30:00Z',
      salesChannel: 'WEB',
      barcode: 'B7',
      fileId: '9007199254740993',
      soldAt: '2027-01-02T03:04:05.678901+01:00',
      row: '12',
      gate: 'A\tB',
    }),
  );
  expect(report).toEqual({
    imported: true,
    rows: 1,
    inserted: 1,
    updated: 0,
    unchanged: 0,
    rejected: [],
    rejectedTotal: 0,
  });
  expect(
    await fixture.query(`
      select t.id, o.code as organization, p.code as product, p.organization_id = o.id as own_product, f.code as performance,
        r.code as tariff, c.code as category, m.code as shipment_mode, t.kind, t.status, t.controlled_at::text, t.file_id,
        t.sold_at at time zone 'UTC' = '2027-01-02 02:04:05.678901' as sold, t.seat_row, t.gate, t.price, t.purchaser_id,
        t.initial_contact_id, t.current_contact_id, t.beneficiary_id, t.printed_at
      from ticket t join organization o on o.id = t.organization_id join product p on p.id = t.product_id
        join performance f on f.id = t.performance_id join tariff r on r.id = t.tariff_id join category c on c.id = t.category_id
        join shipment_mode m on m.id = t.shipment_mode_id`),
  ).toEqual([
    {
      id: '7',
      organization: 'FCX',
      product: 'LEAGUE',
      own_product: true,
      performance: 'M1',
      tariff: 'ADULT',
      category: 'C1',
      shipment_mode: 'MOBILE',
      kind: 'TICKET',
      status: 'CONTROLLED',
      controlled_at: textLike(/^2027-05-01/),
      file_id: '9007199254740993',
      sold: true,
      seat_row: '12',
      gate: 'A\tB',
      price: '45.50',
      purchaser_id: '1',
      initial_contact_id: '2',
      current_contact_id: '2',
      beneficiary_id: '2',
      printed_at: null,
    },
  ]);
});

test('the same file twice changes nothing, not even the version of a row', async () => {
  const rows = [ticket(1), ticket(2, { replacesTicket: 1 }), ticket(3, { performance: null })];
  await load(...rows);
  const before = await fixture.query('select ctid, xmin, * from ticket order by id');
  expect(await load(...rows)).toMatchObject({ rows: 3, inserted: 0, updated: 0, unchanged: 3 });
  expect(await fixture.query('select ctid, xmin, * from ticket order by id')).toEqual(before);
});

test('a changed row is updated, a new one inserted, the others stay', async () => {
  await load(ticket(1), ticket(2));
  expect(await load(ticket(1, { gate: 'G' }), ticket(2), ticket(3))).toMatchObject({
    inserted: 1,
    updated: 1,
    unchanged: 1,
  });
  expect(await fixture.query('select id, gate from ticket order by id')).toEqual([
    { id: '1', gate: 'G' },
    { id: '2', gate: null },
    { id: '3', gate: null },
  ]);
});

test('a role that may not pass the foreign keys imports the same, asking them', async () => {
  const rows = [ticket(1), ticket(2, { replacesTicket: 1 })];
  await load(...rows);
  const whole = 'select * from ticket order by id';
  const first = await fixture.query(whole);
  await fixture.query('truncate ticket cascade');
  await withPlainRole(async (url) => {
    const database = await openDatabase({ url });
    try {
      const file = join(fixture.folder, 'file-plain');
      writeFileSync(file, lines(...rows));
      expect(await importFile({ database, kind: 'tickets', file })).toMatchObject({ inserted: 2, rejectedTotal: 0 });
    } finally {
      await database.close();
    }
  });
  const withoutTime = (tickets: Record<string, unknown>[]) => tickets.map(({ status_changed_at: _, ...rest }) => rest);
  expect(withoutTime(await fixture.query(whole))).toEqual(withoutTime(first));
});

test('a season of 5,000 tickets goes in, all keys there, and again changes nothing', async () => {
  const other = await openImportFixture('import-season');
  try {
    const files = await writeSeason(join(other.folder, 'season'), { seed: 3, tickets: 5_000 });
    for (const kind of ['catalogue', 'contacts', 'tickets'] as const) {
      const report = await importFile({ database: other.database, kind, file: files[kind] });
      expect(report).toMatchObject({ inserted: report.rows, rejectedTotal: 0 });
    }
    for (const kind of ['catalogue', 'contacts', 'tickets'] as const) {
      const report = await importFile({ database: other.database, kind, file: files[kind] });
      expect(report).toMatchObject({ inserted: 0, updated: 0, unchanged: report.rows });
    }
    expect(
      await other.query(`
        select count(*)::int as tickets, count(p.id)::int as products, count(c.id)::int as contacts,
          count(*) filter (where t.replaces_ticket_id is not null and r.id is null)::int as orphans
        from ticket t left join product p on p.id = t.product_id left join contact c on c.id = t.current_contact_id
        left join ticket r on r.id = t.replaces_ticket_id`),
    ).toEqual([{ tickets: 5_000, products: 5_000, contacts: 5_000, orphans: 0 }]);
  } finally {
    await other.close();
  }
});

/** A role that owns nothing and is no superuser: it may read and write the tables and no more. */
async function withPlainRole(work: (url: string) => Promise<void>): Promise<void> {
  const url = new URL(fixture.url);
  const role = `plain_${url.pathname.slice(-10)}`;
  const admin = new Client({ connectionString: fixture.url });
  await admin.connect();
  try {
    await admin.query(`create role ${role} login password 'plain'`);
    await admin.query(`grant select, insert, update on all tables in schema public to ${role}`);
    [url.username, url.password] = [role, 'plain'];
    await work(url.href);
  } finally {
    await admin.query(`drop owned by ${role}`);
    await admin.query(`drop role ${role}`);
    await admin.end();
  }
}
