import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openCommandLine, type CommandLine } from '../helpers/command-line';
import { explainFileError } from '../../cli/file-error';

let line: CommandLine;
jest.setTimeout(120_000);

beforeAll(async () => {
  line = await openCommandLine('import');
});
afterAll(() => line.close());

const GOOD = 'id,lastName\n1,Ruiz\n2,Li\n';

test('rows go in with exit 0, and the same file again changes nothing', async () => {
  const file = line.write('contacts.csv', GOOD);
  expect(await line.run('import', 'contacts', file)).toMatchObject({
    code: 0,
    stdout: '2 rows: 2 new, 0 changed, 0 unchanged\n',
  });
  expect(await line.run('import', 'contacts', file)).toMatchObject({
    code: 0,
    stdout: '2 rows: 0 new, 0 changed, 2 unchanged\n',
  });
});

test('a bad row keeps the file out with exit 1; its reason names line and column once', async () => {
  const file = line.write('bad.csv', 'id,lastName,country\n3,A,CH\nx,B,CHE\n');
  const { code, stdout } = await line.run('import', 'contacts', file);
  expect([code, stdout.split('\n')]).toEqual([
    1,
    [
      `${file}:3: country must be a country of ISO 3166-1 alpha-2 such as CH`,
      `${file}:3: id must be a whole number from 1, of at most 15 digits`,
      'Nothing was imported: 1 of 2 rows are bad. Mend them, or import the others with --rejects FILE.',
      '',
    ],
  ]);
});

test('with --rejects the good rows go in with exit 0', async () => {
  const file = line.write('some.csv', 'id,lastName\n4,A\nx,B\n');
  const rejects = join(line.folder, 'rejects.csv');
  const { code, stdout } = await line.run('import', 'contacts', file, '--rejects', rejects);
  expect([code, stdout]).toEqual([
    0,
    expect.stringContaining(`2 rows: 1 new, 0 changed, 0 unchanged, 1 rejected into ${rejects}\n`),
  ]);
  expect(readFileSync(rejects, 'utf8')).toContain('"x,B"');
});

test('where --rejects gets every row nothing was imported: exit 1', async () => {
  const file = line.write('all.csv', 'id,lastName\nx,A\ny,B\n');
  const rejects = join(line.folder, 'all-rejects.csv');
  const { code, stdout } = await line.run('import', 'contacts', file, '--rejects', rejects);
  expect([code, stdout]).toEqual([
    1,
    expect.stringContaining(`Nothing was imported: all rows (2) are bad and now in ${rejects}, with their reasons.\n`),
  ]);
  expect(await line.ask('import', 'contacts', file, '--rejects', rejects)).toMatchObject({
    imported: false,
    rows: 2,
    rejectedTotal: 2,
    rejectsFile: rejects,
  });
});

test.each([
  ['empty', '', 'the file is empty'],
  ['without rows', 'id,lastName\n', 'the file has a header and no rows'],
  ['without a header', '7,Ana\n8,Bo\n', 'the first line is no header'],
  ['with an unknown column', 'id,lastNam\n7,Ana\n', 'unknown name in column 2; did you mean lastName?'],
  ['without a mandatory column', 'lastName\nAna\n', 'id is mandatory and missing in the header'],
])('a file %s ends 1 with the reason, also with --rejects, and speaks of no rows', async (_, content, reason) => {
  const file = line.write('start.csv', content);
  const rejects = join(line.folder, 'start-rejects.csv');
  for (const words of [[], ['--rejects', rejects]]) {
    const { code, stdout } = await line.run('import', 'contacts', file, ...words);
    expect([code, stdout]).toEqual([1, expect.stringContaining(`${file}:1: `)]);
    expect(stdout).toContain(reason);
    expect(stdout).toContain(`Nothing was imported. Mend ${file} first`);
    expect(stdout).not.toContain(' of 0 ');
  }
});

test('files that cannot be opened are wrong usage: exit 2, which file and why', async () => {
  const good = line.write('good.csv', GOOD);
  const folder = join(line.folder, 'folder');
  mkdirSync(folder);
  const cases: [words: readonly string[], message: string][] = [
    [['import', 'contacts', 'nowhere.csv'], 'nowhere.csv cannot be read: there is no such file or folder'],
    [['import', 'contacts', folder], `${folder} cannot be read: it is a folder`],
    [['import', 'contacts', '/dev/null'], '/dev/null is no plain file'],
    [['import', 'contacts', good, '--rejects', good], 'is the file to import itself'],
    [['apply', folder], `${folder} cannot be read: it is a folder`],
  ];
  for (const [words, message] of cases) {
    const { code, stdout, stderr } = await line.run(...words);
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(message)]);
  }
  expect(readFileSync(good, 'utf8')).toBe(GOOD);
});

test('a file for rejects that cannot be written keeps everything out', async () => {
  const file = line.write('unwritable.csv', 'id,lastName\n90,A\nx,B\n');
  const rejects = join(line.folder, 'no-such-folder', 'rejects.csv');
  const { code, stderr } = await line.run('import', 'contacts', file, '--rejects', rejects);
  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining(`${rejects} cannot be written: there is no such file or folder. Nothing was imported.`),
  ]);
  expect((await line.pool.query('select id from contact where id = 90')).rows).toEqual([]);
});

test('errors of files are told in words, others are not', () => {
  expect(explainFileError(Object.assign(new Error('x'), { code: 'EACCES' }))).toBe('permission denied');
  expect(explainFileError(Object.assign(new Error('x'), { code: 'ENOSPC' }))).toBe('the disk is full');
  expect(explainFileError(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }))).toBeUndefined();
  expect(explainFileError(new Error('x'))).toBeUndefined();
});
