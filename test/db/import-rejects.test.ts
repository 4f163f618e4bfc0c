import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CATALOGUE, CONTACTS, lines, openImportFixture, textLike, ticket, type ImportFixture } from './import-fixture';

let fixture: ImportFixture;

beforeAll(async () => {
  fixture = await openImportFixture('import-rejects');
  await fixture.load('catalogue', CATALOGUE);
  await fixture.load('contacts', CONTACTS);
});
afterAll(() => fixture.close());
beforeEach(() => fixture.query('truncate ticket cascade'));

test('with a file for rejects the good rows go in, and the bad ones there with line, reasons and the row as it was', async () => {
  const rejectsFile = join(fixture.folder, 'rejects.csv');
  const rows = [
    ticket(1),
    ticket(2, { product: 'NONE', performance: null, gate: 'say "hi"' }),
    ticket(3, { replacesTicket: 2 }),
    ticket(4, { replacesTicket: 3 }),
    ticket(5, { price: '1,5', currency: '' }),
    ticket(6, { replacesTicket: 1 }),
  ];
  const report = await fixture.load('tickets', lines(...rows), { rejectsFile });
  expect(report).toMatchObject({ imported: true, rows: 6, inserted: 2, updated: 0, unchanged: 0, rejectedTotal: 4 });
  expect(await fixture.query('select id from ticket order by id')).toEqual([{ id: '1' }, { id: '6' }]);
  const quote = (text: string | undefined) => `"${(text ?? '').replaceAll('"', '""')}"`;
  expect(readFileSync(rejectsFile, 'utf8').split('\n')).toEqual([
    'line,reason,row',
    `2,"product is not in the catalogue of this organization",${quote(rows[1])}`,
    `3,"replacesTicket is a ticket that this import rejects",${quote(rows[2])}`,
    `4,"replacesTicket is a ticket that this import rejects",${quote(rows[3])}`,
    textLike(/^5,"currency is mandatory and empty; price must be an amount/),
    '',
  ]);
  expect(statSync(rejectsFile).mode & 0o777).toBe(0o600);
});

test('where every row is rejected nothing was imported, and the file for rejects has them all', async () => {
  const rejectsFile = join(fixture.folder, 'all.csv');
  const rows = [ticket(1, { product: 'NONE', performance: null }), ticket(2, { currency: '' })];
  expect(await fixture.load('tickets', lines(...rows), { rejectsFile })).toMatchObject({
    imported: false,
    rows: 2,
    inserted: 0,
    unchanged: 0,
    rejectedTotal: 2,
  });
  expect(readFileSync(rejectsFile, 'utf8').trimEnd().split('\n')).toHaveLength(3);
  expect(await fixture.query('select id from ticket')).toEqual([]);
});

test('a commit is told with what it brings in, and none of a file of which nothing goes in', async () => {
  const rejectsFile = join(fixture.folder, 'told.csv');
  const told: unknown[] = [];
  const load = (...rows: readonly string[]) =>
    fixture.load('tickets', lines(...rows), { rejectsFile, onCommit: (commit) => told.push(commit) });
  await load(ticket(1, { currency: '' }), ticket(2, { product: 'NONE', performance: null }));
  expect(told).toEqual([]);
  const report = await load(ticket(1), ticket(2, { currency: '' }));
  expect(report).toMatchObject({ imported: true, inserted: 1, rejectedTotal: 1 });
  expect(told).toEqual([
    { state: 'asked', report },
    { state: 'done', report },
  ]);
});

test('good rows that are there already count: the file is imported', async () => {
  await fixture.load('tickets', lines(ticket(1)));
  const rejectsFile = join(fixture.folder, 'again.csv');
  expect(await fixture.load('tickets', lines(ticket(1), ticket(2, { currency: '' })), { rejectsFile })).toMatchObject({
    imported: true,
    inserted: 0,
    unchanged: 1,
    rejectedTotal: 1,
  });
});

test('a file that cannot be read as a whole has no rows to put aside', async () => {
  const rejectsFile = join(fixture.folder, 'none.csv');
  expect(await fixture.load('tickets', 'a,b\n1,2\n3,4\n', { rejectsFile })).toEqual({
    imported: false,
    rows: 0,
    inserted: 0,
    updated: 0,
    unchanged: 0,
    rejected: [{ line: 1, reason: textLike(/^the first line is no header/) }],
    rejectedTotal: 1,
  });
  expect(existsSync(rejectsFile)).toBe(false);
});
