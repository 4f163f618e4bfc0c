import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { CATALOGUE, CONTACTS, lines, openImportFixture, textLike, ticket, type ImportFixture } from './import-fixture';

let fixture: ImportFixture;

beforeAll(async () => {
  fixture = await openImportFixture('import-files');
  await fixture.load('catalogue', CATALOGUE);
  await fixture.load('contacts', CONTACTS);
});
afterAll(() => fixture.close());
beforeEach(() => fixture.query('truncate ticket cascade'));

const HEADER = 'id,organization,ticketNumber,product,price,currency,gate';
const row = (id: number, gate = '') => `${String(id)},FCX,N${String(id)},LEAGUE,10,CHF,${gate}`;
const stored = () => fixture.query('select id, gate from ticket order by id');
const NOTHING_IMPORTED = { imported: false, inserted: 0, updated: 0, unchanged: 0 };

test.each([
  ['an empty file', '', 'the file is empty'],
  ['a file of a byte-order mark', '\uFEFF', 'the file is empty'],
  ['a file of blank lines', '\n \r\n\t\n', 'the file is empty'],
  ['a header without rows', `${HEADER}\n`, 'the file has a header and no rows'],
  ['a header without rows and line end', `\uFEFF${HEADER}`, 'the file has a header and no rows'],
  [
    'a header with a quote too many',
    `"${HEADER}\n${row(1)}\n`,
    'the double quotes of the header do not match: one is missing, or one is too many',
  ],
])('%s is refused, saying so', async (_, content, reason) => {
  expect(await fixture.load('tickets', content)).toEqual({
    ...NOTHING_IMPORTED,
    rows: 0,
    rejected: [{ line: 1, reason }],
    rejectedTotal: 1,
  });
});

test('columns that are unknown or missing are named', async () => {
  const report = await fixture.load(
    'tickets',
    'id,organization,product,price,currency,Tax number\n1,FCX,LEAGUE,10,CHF,N1\n',
  );
  expect(report.rejected).toEqual([
    { line: 1, reason: textLike(/unknown name in column 6; known are id, organization, ticketNumber,/) },
    { line: 1, column: 'ticketNumber', reason: 'ticketNumber is mandatory and missing in the header' },
  ]);
});

test.each([
  ['a byte-order mark', (text: string) => `\uFEFF${text}`],
  ['CRLF', (text: string) => text.replaceAll('\n', '\r\n')],
  ['no line end at the end', (text: string) => text.slice(0, -1)],
  ['blank lines', (text: string) => text.replaceAll('\n', '\n\n')],
  ['semicolons', (text: string) => text.replaceAll(',', ';')],
])('%s changes nothing', async (_, change) => {
  expect(await fixture.load('tickets', change(lines(HEADER, row(1, 'A'), row(2))))).toMatchObject({
    rows: 2,
    inserted: 2,
  });
  expect(await stored()).toEqual([
    { id: '1', gate: 'A' },
    { id: '2', gate: null },
  ]);
});

test('NDJSON takes a byte-order mark and CRLF as well', async () => {
  expect(await fixture.load('tickets', `\uFEFF${ticket(1)}\r\n${ticket(2)}\r\n`)).toMatchObject({ inserted: 2 });
});

test('quoted values hold commas, quotes and line breaks; lines are counted on', async () => {
  const content = lines(HEADER, row(1, '"A, ""north"""'), row(2, '"two\nlines"'), row(3), 'x,FCX,N4,LEAGUE,10,CHF,');
  const report = await fixture.load('tickets', content, { rejectsFile: join(fixture.folder, 'quoted.csv') });
  expect(report.rejected).toEqual([{ line: 6, column: 'id', reason: textLike(/^id must be/) }]);
  expect(await stored()).toEqual([
    { id: '1', gate: 'A, "north"' },
    { id: '2', gate: 'two\nlines' },
    { id: '3', gate: null },
  ]);
});

test('any text comes out of CSV and NDJSON as it went in', async () => {
  // Blanks around a value are not part of it, and neither are NULs, which are refused.
  const texts = fc
    .array(fc.string({ unit: 'grapheme', maxLength: 40 }), { minLength: 1, maxLength: 20 })
    .map((values) => values.map((text) => text.replaceAll('\0', '').trim()).filter((text) => text !== ''));
  await fc.assert(
    fc.asyncProperty(texts, fc.boolean(), async (gates, json) => {
      await fixture.query('truncate ticket cascade');
      const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
      const rows = gates.map((gate, index) => (json ? ticket(index + 1, { gate }) : row(index + 1, quote(gate))));
      if (rows.length === 0) return;
      const report = await fixture.load('tickets', json ? lines(...rows) : lines(HEADER, ...rows));
      expect(report).toMatchObject({ inserted: rows.length, rejectedTotal: 0 });
      expect((await stored()).map(({ gate }) => gate)).toEqual(gates);
    }),
    { numRuns: 25 },
  );
});

test.each([
  [
    'Latin-1',
    Buffer.from(row(2, 'Köln'), 'latin1'),
    /^the line is not UTF-8 \(from byte 25 on\): save the file as UTF-8/,
  ],
  ['a NUL', Buffer.from(row(2, 'A\0B')), /^the line holds a NUL at byte 25/],
  ['a quote that never closes', Buffer.from(row(2, '"A')), /^the line has a double quote that is never closed/],
  [
    'a quote inside a value',
    Buffer.from(row(2, 'A"B"')),
    /^the line has a double quote .* or that stands inside a value/,
  ],
  ['a value too many', Buffer.from(row(2, 'A,B')), /^the line has 8 values, the header 7/],
  ['a value too few', Buffer.from('2,FCX'), /^the line has 2 values, the header 7/],
])('%s is told with its line, and nothing is imported', async (_, bad, reason) => {
  const report = await fixture.load('tickets', Buffer.concat([Buffer.from(lines(HEADER, row(1))), bad]));
  expect(report).toEqual({
    ...NOTHING_IMPORTED,
    rows: 2,
    rejected: [{ line: 3, reason: textLike(reason) }],
    rejectedTotal: 1,
  });
  expect(await stored()).toEqual([]);
});

test.each([
  ['no JSON', '{"id": 2', { reason: 'the line is not a JSON object' }],
  ['no object', '[2]', { reason: 'the line is not a JSON object' }],
  ['an unknown key', ticket(2, { tax: 1 }), { reason: textLike(/^the line has an unknown name; known are id,/) }],
  ['a NUL escaped', ticket(2, { gate: 'A\0' }), { column: 'gate', reason: 'gate holds a NUL or half a character' }],
  ['half a pair', ticket(2, { gate: 'A\ud800' }), { column: 'gate', reason: 'gate holds a NUL or half a character' }],
  [
    'a number beyond 2^53',
    ticket(2).replace('"id":2', '"id":9007199254740993'),
    { column: 'id', reason: textLike(/^id must be/) },
  ],
  ['an object for a text', ticket(2, { gate: {} }), { column: 'gate', reason: textLike(/^gate must be a text/) }],
])('NDJSON with %s is told with its line', async (_, bad, problem) => {
  const report = await fixture.load('tickets', lines(ticket(1), bad));
  expect(report.rejected).toEqual([{ line: 2, ...problem }]);
  expect(await stored()).toEqual([]);
});

test('UTF-16 is refused in the first line', async () => {
  const report = await fixture.load('tickets', Buffer.from(`\uFEFF${lines(HEADER, row(1))}`, 'utf16le'));
  expect(report.rejected).toEqual([
    { line: 1, reason: textLike(/^the line holds a NUL at byte 4: save the file as UTF-8 text, not as UTF-16/) },
  ]);
});

test('one bad row in 100,000 is found, and nothing is imported; with a file for rejects all others are', async () => {
  const rows = Array.from({ length: 100_000 }, (_, index) => row(index + 1));
  rows[77_776] = row(77_777).replace('FCX', 'XXX');
  const content = lines(HEADER, ...rows);
  const rejected = [
    {
      line: 77_778,
      column: 'organization',
      reason: 'organization is not in the catalogue: import the catalogue first',
    },
  ];
  expect(await fixture.load('tickets', content)).toEqual({
    ...NOTHING_IMPORTED,
    rows: 100_000,
    rejected,
    rejectedTotal: 1,
  });
  expect(await stored()).toEqual([]);
  const rejectsFile = join(fixture.folder, 'one.csv');
  expect(await fixture.load('tickets', content, { rejectsFile })).toMatchObject({ inserted: 99_999, rejected });
  expect(readFileSync(rejectsFile, 'utf8')).toBe(
    `line,reason,row\n77778,"organization is not in the catalogue: import the catalogue first","${row(77_777).replace('FCX', 'XXX')}"\n`,
  );
});

test('of many bad rows 1,000 reasons are listed and all are counted; the file for rejects has them all, as bytes', async () => {
  const rejectsFile = join(fixture.folder, 'many.csv');
  const rows = Array.from({ length: 12_000 }, (_, index) => Buffer.from(`${row(index + 1, 'Köln')}\n`, 'latin1'));
  const content = Buffer.concat([Buffer.from(`${HEADER}\n`), ...rows]);
  const report = await fixture.load('tickets', content, { rejectsFile });
  expect(report).toMatchObject({ ...NOTHING_IMPORTED, rows: 12_000, rejectedTotal: 12_000 });
  expect(report.rejected.map(({ line }) => line)).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 2));
  const kept = readFileSync(rejectsFile, 'latin1').split('\n');
  expect(kept).toHaveLength(12_002);
  expect(kept[12_000]).toContain(`"${row(12_000, 'Köln')}"`);
});

test('a record longer than 1 MiB is refused, and the lines behind it are read', async () => {
  const report = await fixture.load('tickets', lines(HEADER, row(1, `"${'x\n'.repeat(600_000)}`)));
  expect(report.rejected[0]).toEqual({ line: 2, reason: textLike(/^the line is longer than 1 MiB/) });
  expect(report.rejectedTotal).toBeGreaterThan(75_000);
});

test('no reason and no error holds what stood in the file', async () => {
  const canary = 'Křížová-Canary';
  const csv = lines(HEADER, new Array(7).fill(canary).join(','), canary, `"${canary}`);
  const json = lines(ticket(1, { purchaser: canary, [canary]: canary, price: canary }), `{"${canary}`);
  const reports = [
    await fixture.load('tickets', csv),
    await fixture.load('tickets', json),
    await fixture.load('contacts', lines(`id,${canary}`, canary)),
    await fixture.load('contacts', lines('id,dateOfBirth,country', `${canary},${canary},${canary}`)),
  ];
  expect(reports.every(({ rejectedTotal }) => rejectedTotal > 0)).toBe(true);
  expect(JSON.stringify(reports)).not.toContain('Canary');
});
