import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
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

test.each(['worker', 'sandbox', 'up', 'demo', 'completion'])(
  '%s, which gives no document, has help with two examples too',
  async (command) => {
    const { code, stdout } = await run([command, '--help']);
    expect(code).toBe(0);
    expect(stdout.match(/^ {2}\$ .*tixngo /gm)).toHaveLength(2);
  },
);

test.each([
  ['no command', []],
  ['an unknown command', ['statu']],
  ['an unknown flag', ['status', '--chek']],
  ['a missing argument', ['run']],
  ['an argument too many', ['migrate', 'now']],
  ['a shell that has no completion', ['completion', 'tcsh']],
])('%s is wrong usage: exit 2, words on standard error only', async (_what, words) => {
  const { code, stdout, stderr } = await run(words);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).not.toBe('');
});

/** Commands and long options that a help text lists. */
function readHelp(help: string): { readonly commands: readonly string[]; readonly options: readonly string[] } {
  const [, list = ''] = help.split('\nCommands:\n');
  const commands = [...list.matchAll(/^ {2}([a-z]+)/gm)].map(([, name = '']) => name);
  const options = [...(help.split('\nExamples:')[0]?.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm) ?? [])].map(
    ([, name = '']) => name,
  );
  return { commands, options };
}

/** What bash offers after these words, by the script itself. */
async function complete(script: string, ...words: readonly string[]): Promise<readonly string[]> {
  const quoted = ['tixngo', ...words].map((word) => `'${word}'`).join(' ');
  const ask = `${script}\nCOMP_WORDS=(${quoted}); COMP_CWORD=${String(words.length)}; _tixngo; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await promisify(execFile)('bash', ['-c', ask]);
  return stdout.trim().split('\n');
}

test('completion offers what the help lists: every command, and the options of each', async () => {
  const { code, stdout: script } = await run(['completion', 'bash']);
  expect(code).toBe(0);
  const { commands } = readHelp((await run(['--help'])).stdout);
  expect(commands).toContain('completion');
  expect((await complete(script, '')).toSorted()).toEqual([...commands, '--help'].toSorted());
  expect(await complete(script, 'stat')).toEqual(['status']);
  const others = await Promise.all(['zsh', 'fish'].map(async (shell) => (await run(['completion', shell])).stdout));
  const nested = ['skip add', 'skip remove', 'skip list'];
  for (const command of [...commands, ...nested]) {
    const words = command.split(' ');
    const help = readHelp((await run([...words, '--help'])).stdout);
    const offered = await complete(script, ...words, '');
    expect([command, offered.toSorted()]).toEqual([command, [...help.commands, ...help.options].toSorted()]);
    for (const other of others) expect(other).toContain(offered.join(' '));
  }
});
