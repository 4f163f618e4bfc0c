import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { matching } from '../../helpers/command-line';
import { CommandFailure } from '../../../cli/failure';
import { readRecordsFile } from '../../../cli/upload/records-file';

const folder = mkdtempSync(join(tmpdir(), 'tixngo-upload-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A record of the diff answer; `more` replaces fields of it. */
function record(changeNumber: number, more: object = {}): object {
  return { changeNumber, changedAt: '2026-11-20T10:00:00Z', ticketId: '7', status: 'DOWNLOADED', ...more };
}

function write(content: string | Buffer): string {
  const file = join(folder, 'records.json');
  writeFileSync(file, content);
  return file;
}

async function read(content: string | Buffer): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  for await (const texts of readRecordsFile(write(content)))
    found.push(...texts.map((text): unknown => JSON.parse(text)));
  return found;
}

/** What is said of a file that is refused, with its place. */
async function refusalOf(content: string | Buffer): Promise<readonly string[]> {
  try {
    const records = await read(content);
    return [`${String(records.length)} records were taken`];
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    expect(error.exitCode).toBe(1);
    return error.problems.length > 0 ? error.problems : [error.message];
  }
}

const records = [
  record(1),
  record(2, { spectatorDetails: { firstName: 'Zoë 👋', email: 'zoe@example.org' } }),
  record(3),
];
const lines = records.map((entry) => JSON.stringify(entry));

const allowedForms =
  'has no tickets. Allowed: one record in each line, a JSON array of records, or { "tickets": [...] }';

test.each<[form: string, content: string]>([
  ['one record in each line', `${lines.join('\n')}\n`],
  ['lines with CRLF, blank ones and a byte-order mark', `\uFEFF${lines.join('\r\n\r\n')}`],
  ['an array', JSON.stringify(records)],
  ['an array over many lines, with a byte-order mark', `\uFEFF\n ${JSON.stringify(records, undefined, 2)}\n`],
  ['the answer of TIXNGO', JSON.stringify({ tickets: records, paginationKey: 'k', hasMore: false })],
  [
    'the answer of TIXNGO over many lines, its list last',
    JSON.stringify({ paginationKey: 'k', tickets: records }, undefined, 2),
  ],
])('%s gives its records in their order', async (_form, content) => {
  expect(await read(content)).toEqual(records);
});

test('a character that two chunks share is read whole', async () => {
  const many = Array.from({ length: 4_000 }, (_, index) =>
    record(index + 1, { ticketDetails: { extra: [{ key: 'ö', value: '👋'.repeat(20) }] } }),
  );
  expect(await read(JSON.stringify(many))).toEqual(many);
  expect(await read(many.map((entry) => JSON.stringify(entry)).join('\n'))).toEqual(many);
});

test('an unknown ticket, an unknown status and a record that is too large are no mistakes of the file: the run puts them aside', async () => {
  const odd = [
    record(1, { ticketId: 'no digits' }),
    record(2, { status: 'FLOWN' }),
    record(3, { ticketDetails: { main: [{ key: 'k', value: 'x'.repeat(1_000_000) }] } }),
  ];
  expect(await read(JSON.stringify(odd))).toEqual(odd);
  expect(await read(odd.map((entry) => JSON.stringify(entry)).join('\n'))).toEqual(odd);
});

test('a bad byte far behind the start is found in its record, whatever the cut into chunks', async () => {
  const many = Array.from({ length: 3_000 }, (_, index) => JSON.stringify(record(index + 1, anna))).join(',');
  const bad = Buffer.concat([
    Buffer.from(`{"tickets":[${many},{"a":"`),
    Buffer.from([0xe9]),
    Buffer.from(`"},${many}]}`),
  ]);
  expect(await refusalOf(bad)).toEqual([matching(/^record 3001: it is not UTF-8 from byte \d+ on/)]);
});

test('a record up to 4 MiB is taken in each form: the run puts it aside', async () => {
  const large = [record(1, { ticketDetails: { main: [{ key: 'k', value: 'x'.repeat(3_500_000) }] } }), record(2)];
  expect(await read(JSON.stringify(large))).toEqual(large);
  expect(await read(large.map((entry) => JSON.stringify(entry)).join('\n'))).toEqual(large);
});

test('a list without records is none that is wrong', async () => {
  expect(await read('{"tickets":[],"hasMore":false}')).toEqual([]);
});

const lengthOf = (texts: readonly string[]): number => Buffer.byteLength(texts.join(','));
const anna = { spectatorDetails: { firstName: 'Annabel' } };
test.each<[what: string, content: string | Buffer, problem: string]>([
  [
    'a wrong type in a line',
    `${lines.join('\n')}\n\n${JSON.stringify(record(4, { status: 5, ...anna }))}`,
    'record 4 (line 5): status is no text',
  ],
  ['a line that is no JSON', `${lines.join('\n')}\n{"firstName":"Annabel`, 'record 4 (line 4): the line is no JSON'],
  [
    'a line that is not UTF-8',
    Buffer.concat([Buffer.from(`${lines.join('\n')}\n`), Buffer.from('"\xe9"', 'latin1')]),
    'record 4 (line 4): the line is not UTF-8 (from byte 2 on): save the file as UTF-8, not as Latin-1 or UTF-16',
  ],
  [
    'a wrong type in an array',
    JSON.stringify([...records, record(4, { changeNumber: 'x', ...anna })]),
    'record 4: changeNumber is no whole number',
  ],
  ['a member that is no object', JSON.stringify([...records, 'Annabel']), 'record 4: no object'],
  [
    'an array that is cut off in a record',
    `[${lines.join(',')},{"firstName":"Anna`,
    'record 4: the file ends within it, or before its list is closed',
  ],
  [
    'an array that is never closed',
    `[${lines.join(',')}`,
    'record 4: the file ends within it, or before its list is closed',
  ],
  ['a comma too many', `[${lines.join(',')},]`, 'record 4: it is no JSON'],
  [
    'a word that is none',
    `[${lines.join(',')},{"a":Annabel}]`,
    `record 4: it is no JSON from byte ${String(lines.join(',').length + 11)} on`,
  ],
  [
    'the same behind a byte-order mark, whose three bytes count',
    `\uFEFF[${lines.join(',')},{"a":Annabel}]`,
    `record 4: it is no JSON from byte ${String(lines.join(',').length + 14)} on`,
  ],
  ['something behind the document', `[${lines.join(',')}] Annabel`, 'record 4: it is no JSON from byte'],
  [
    'bytes that are not UTF-8 in an array',
    Buffer.concat([Buffer.from(`[${lines.join(',')},`), Buffer.from('{"a":"\xe9"}]', 'latin1')]),
    `record 4: it is not UTF-8 from byte ${String(lengthOf(lines) + 9)} on: save the file as UTF-8, not as Latin-1`,
  ],
  [
    'a character that the end of an array cuts',
    Buffer.from(`[${lines.join(',')},{"a":"é`).subarray(0, -1),
    `record 4: it is not UTF-8 from byte ${String(lengthOf(lines) + 9)} on`,
  ],
  [
    'two mistakes in an array: the first one',
    Buffer.concat([Buffer.from(`[${JSON.stringify(record(1, { status: 5 }))},`), Buffer.from('"\xe9"]', 'latin1')]),
    'record 1: status is no text',
  ],
  [
    'two mistakes in lines: the first one',
    `${lines.join('\n')}\n${JSON.stringify(record(4, { status: 5 }))}\n{\n`,
    'record 4 (line 4): status is no text',
  ],
  [
    'UTF-16 with a mark',
    Buffer.from(`\uFEFF[${lines.join(',')}]`, 'utf16le'),
    `The file ${join(folder, 'records.json')} is no UTF-8, but UTF-16`,
  ],
  [
    'UTF-16 without one',
    Buffer.from(lines.join('\n'), 'utf16le'),
    `The file ${join(folder, 'records.json')} is no UTF-8, but UTF-16`,
  ],
  ['tickets that are a number', '{"tickets":5}', 'record 1: tickets is no list'],
  ['tickets that are null', '{"hasMore":false,"tickets":null}', 'record 1: tickets is no list'],
  ['an object without tickets', '{"records":\n[]}', `record 1: it goes over several lines, and ${allowedForms}`],
  [
    'one record over many lines',
    JSON.stringify(record(1), undefined, 2),
    `record 1: it goes over several lines, and ${allowedForms}`,
  ],
  [
    'a line too long',
    `${lines.join('\n')}\n{"a":"${'x'.repeat(5 * 1024 * 1024)}"}\n`,
    'record 4 (line 4): it is longer than 4 MiB',
  ],
  ['tickets that are no list', JSON.stringify({ tickets: { Annabel: record(1) } }), 'record 1: tickets is no list'],
  [
    'nesting without end',
    `[${lines.join(',')},${'['.repeat(100_000)}${']'.repeat(100_000)}]`,
    'record 4: nested too deep',
  ],
  ['a quote that is never closed', `[{"a":"${'x'.repeat(6 * 1024 * 1024)}`, 'record 1: it is longer than 4 MiB'],
  ['a file of another kind', 'ticket,status\n7,DELETED', `The file ${join(folder, 'records.json')} holds no records`],
  ['an empty file', '\n \n', `The file ${join(folder, 'records.json')} is empty`],
])('refused with its place, and without a value of it: %s', async (_what, content, problem) => {
  const [told = '', ...others] = await refusalOf(content);
  expect([told.slice(0, problem.length), others]).toEqual([problem, []]);
  expect(told).not.toContain('Anna');
});

test('a file that cannot be opened is wrong usage', async () => {
  const reading = readRecordsFile(join(folder, 'none.json')).next();
  await expect(reading).rejects.toMatchObject({
    exitCode: 2,
    message: matching(/there is no such file/),
  });
});
