import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSecret } from '../../config/secret';

const folder = mkdtempSync(join(tmpdir(), 'secret-'));
const file = join(folder, 'key');
const env = 'TIXNGO_KEY_OF_THIS_TEST';
afterEach(() => {
  Reflect.deleteProperty(process.env, env);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test.each([
  ['key', 'key'],
  ['key\n', 'key'],
  ['key\r\n', 'key'],
])('a file holding %j gives %j', (content, expected) => {
  writeFileSync(file, content);
  expect(readSecret({ file })).toBe(expected);
});

test('a file is read again each time', () => {
  writeFileSync(file, 'old');
  readSecret({ file });
  writeFileSync(file, 'new');
  expect(readSecret({ file })).toBe('new');
});

test('a variable gives its value', () => {
  process.env[env] = 'key';
  expect(readSecret({ env })).toBe('key');
});

test.each(['', '\n', 'two\nlines', 'qqq\n\n', 'blank inside', 'ké', 'zzz\t'])(
  'a file holding %j is refused by name, its content unsaid',
  (content) => {
    writeFileSync(file, content);
    const read = () => readSecret({ file });
    expect(read).toThrow(file);
    if (content.trim() !== '') expect(read).not.toThrow(content.trim());
  },
);

test.each(['', 'two\nlines', 'key\n'])('a variable holding %j is refused by name', (value) => {
  process.env[env] = value;
  expect(() => readSecret({ env })).toThrow(env);
});

test('a variable that is not set, and a file that is not there, are named', () => {
  expect(() => readSecret({ env })).toThrow(`${env}: it is not set`);
  expect(() => readSecret({ file: join(folder, 'gone') })).toThrow(/gone cannot be read: ENOENT/);
});
