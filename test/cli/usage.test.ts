import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../helpers/command-line';

/** An empty folder: what commander decides needs neither settings nor a server. */
const folder = mkdtempSync(join(tmpdir(), 'tixngo-usage-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
const run = (words: readonly string[]) => runCommand(words, { folder, environment: {} });

test.each([
  'status',
  'run',
  'again',
  'log',
  'ticket',
  'pending',
  'skip add',
  'skip remove',
  'skip list',
  'pause',
  'resume',
  'stop',
  'test',
  'doctor',
  'apply',
  'import',
  'migrate',
])('%s --help shows two examples and --json, and ends 0', async (command) => {
  const { code, stdout, stderr } = await run([...command.split(' '), '--help']);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout.match(/^ {2}\$ tixngo /gm)).toHaveLength(2);
  expect(stdout).toContain('--json');
});

test.each(['worker', 'sandbox', 'up', 'demo'])(
  '%s, a program of its own, has help with two examples too',
  async (command) => {
    const { code, stdout } = await run([command, '--help']);
    expect(code).toBe(0);
    expect(stdout.match(/^ {2}\$ .*tixngo /gm)).toHaveLength(2);
  },
);

test.each(['apply', 'import'])(
  '%s has the same summary in the list of commands as in its own help',
  async (command) => {
    const list = toOneLine((await run(['--help'])).stdout);
    const [, summary = 'none'] = (await run([command, '--help'])).stdout.split(/\n\n/);
    expect(list).toContain(`${command} ${toOneLine(summary)}`);
  },
);

test.each([
  ['no command', []],
  ['an unknown command', ['statu']],
  ['an unknown flag', ['status', '--chek']],
  ['a missing argument', ['run']],
  ['an argument too many', ['migrate', 'now']],
])('%s is wrong usage: exit 2, words on standard error only', async (_what, words) => {
  const { code, stdout, stderr } = await run(words);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).not.toBe('');
});

function toOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
