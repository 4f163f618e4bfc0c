import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openTixngoClient } from '../../tixngo/client';
import { allow } from '../tixngo/fixture';

const program = join(__dirname, '..', '..', 'dist', 'sandbox', 'main.js');
const running: ChildProcessWithoutNullStreams[] = [];
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

function start(...args: readonly string[]) {
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env.PATH, CLUB_KEY: 'secret-key' },
  });
  running.push(child);
  const ended = once(child, 'exit').then(([code]: unknown[]) => code);
  return { child, ended };
}

async function firstLine({ stdout }: ChildProcessWithoutNullStreams): Promise<string> {
  for await (const line of createInterface({ input: stdout })) return line;
  throw new Error('It ended without a word');
}

async function outputOf(child: ChildProcessWithoutNullStreams): Promise<string> {
  let text = '';
  for await (const chunk of child.stderr) text += String(chunk);
  return text;
}

test('the program tells its addresses in one line, serves, and ends with its standard input', async () => {
  const { child, ended } = start('--organizer', 'club:CLUB_KEY', '--ready-json', '--end-with-stdin');
  const ready: unknown = JSON.parse(await firstLine(child));
  expect(ready).toHaveProperty('url', expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/organizer\/tickets$/));
  expect(ready).toHaveProperty('adminUrl', expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/_sandbox$/));
  const url = typeof ready === 'object' && ready !== null && 'url' in ready ? String(ready.url) : '';
  const client = openTixngoClient({ url, allowedHosts: allow(url), apiKey: 'secret-key' });
  expect(await client.accountStatus()).toMatchObject({ organizer: 'club' });
  client.close();
  child.stdin.end();
  expect(await ended).toBe(0);
});

test('without flags for programs it says that it is a stand-in, and ends on SIGTERM', async () => {
  const { child, ended } = start('--organizer', 'club:CLUB_KEY');
  expect(await firstLine(child)).toContain("not the vendor's product");
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});

test('a port that is taken ends it with code 2, and one line that says which port and what to do', async () => {
  const first = start('--organizer', 'club:CLUB_KEY', '--ready-json');
  const port = /:(\d+)\//.exec(await firstLine(first.child))?.[1] ?? '';
  const second = start('--organizer', 'club:CLUB_KEY', '--port', port);
  const said = await outputOf(second.child);
  expect(await second.ended).toBe(2);
  expect(said).toBe(
    `Port ${port} is taken by another program. Choose one with --port N, or leave --port out for a free one.\n`,
  );
  first.child.kill('SIGTERM');
  expect(await first.ended).toBe(0);
});

test.each([
  ['no account', []],
  ['an account without a variable', ['--organizer', 'club']],
  ['a variable that is not set', ['--organizer', 'club:NO_SUCH_KEY']],
  ['a port that is no number', ['--organizer', 'club:CLUB_KEY', '--port', 'x']],
  ['a chance that is none', ['--organizer', 'club:CLUB_KEY', '--repeat-chance', '1.5']],
  ['a crowd that never rests', ['--organizer', 'club:CLUB_KEY', '--crowd-every-ms', '0']],
  ['an unknown flag', ['--organizer', 'club:CLUB_KEY', '--what']],
])('%s ends it with code 2, the usage and no key', async (_name, args) => {
  const { child, ended } = start(...args);
  const output = await outputOf(child);
  expect(await ended).toBe(2);
  expect(output).toContain('Usage:');
  expect(output).not.toContain('secret-key');
});
