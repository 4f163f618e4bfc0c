import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { findNodeMistake } from '../../config/node-version';
import { claimFolder } from '../../local/one-stack';
import { runCommand } from '../helpers/command-line';
import { listen } from '../helpers/listen';

/** An empty folder: what commander decides needs neither settings nor a server. */
const folder = mkdtempSync(join(tmpdir(), 'tixngo-usage-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
const failure = z.object({ message: z.string(), problems: z.array(z.string()) });
const run = (words: readonly string[]) => runCommand(words, { folder, environment: {} });

test.each([
  'status',
  'run',
  'again',
  'log',
  'ticket',
  'pending',
  'drift',
  'put-aside list',
  'put-aside show',
  'put-aside retry',
  'put-aside drop',
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

test('run --help has an example of a push and one of a read-back', async () => {
  const { stdout } = await run(['run', '--help']);
  expect(stdout).toMatch(/\n {2}\$ tixngo run .* --simulate[^]*\n {2}\$ tixngo run read-back --full-resync /);
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
  ['worker', 'WORKER_HEALTH_PORT'],
  ['sandbox', '--organizer NAME:KEYENV'],
  ['up', '--sandbox-port N'],
  ['demo', '--tickets N'],
])('%s --help is the help of the program itself, however it is asked for', async (command, option) => {
  const asked = await Promise.all([['--help'], ['-h'], ['--', '--help']].map((words) => run([command, ...words])));
  for (const { code, stdout, stderr } of asked) {
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(option);
    expect(stdout).toBe(asked[0]?.stdout);
  }
});

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

test.each([
  ['status', ['status', '--chek'], '(tixngo status --help shows how it is written)'],
  ['a command of a command', ['skip', 'add'], '(tixngo skip add --help shows how it is written)'],
  ['no such command', ['statu'], '(tixngo --help lists the commands)'],
])('after a mistake the help of the very command is named: %s', async (_what, words, hint) => {
  expect((await run(words)).stderr).toContain(hint);
});

test('a worker answers --help and refuses every other word, and starts in neither case', async () => {
  const help = await run(['worker', '--', '--help']);
  expect([help.code, help.stderr]).toEqual([0, '']);
  expect(help.stdout).toContain('WORKER_HEALTH_PORT');
  for (const word of ['--prot', 'now']) {
    const { code, stdout, stderr } = await run(['worker', '--', word]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(word);
  }
});

test('a worker whose health port is taken says so in one line: exit 2', async () => {
  const other = createServer();
  const port = String(await listen(other));
  try {
    const environment = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/x', WORKER_HEALTH_PORT: port };
    const { code, stderr } = await runCommand(['worker'], { folder, environment });
    expect([code, stderr]).toEqual([
      2,
      `WORKER_HEALTH_PORT ${port}: the port is taken by another program. Choose another one, or 0 for a free one.\n`,
    ]);
    for (const flag of ['--sandbox-port', '--ui-port']) {
      const up = await runCommand(['up', '--', flag, port], { folder, environment: {} });
      // A stack that runs in this project now is told first.
      const told = new RegExp(`^${flag} ${port}: the port is taken|^Another local stack uses`);
      expect([up.code, up.stderr]).toEqual([2, expect.stringMatching(told)]);
    }
  } finally {
    other.close();
  }
});

test('without settings the first line says what to do, and --json has the problems apart', async () => {
  const { code, stderr } = await run(['status']);
  expect(code).toBe(3);
  expect(stderr).toMatch(
    /^No local stack runs in this folder: npm run up starts one.*\n {2}DATABASE_URL: found nothing/,
  );
  const { error } = z.object({ error: failure }).parse(JSON.parse((await run(['status', '--json'])).stdout));
  expect(error.problems).toEqual([expect.stringMatching(/^DATABASE_URL: found nothing; allowed: postgres:/)]);
});

test.each([
  [
    'demo',
    /: they do where it was started on a terminal, .* until Ctrl-C\. Elsewhere it ends by itself; npm run up then /,
  ],
  ['up', /: they do from when it says where its parts are until it ends\. For servers of your own/],
] as const)(
  'while %s runs in the folder and publishes nothing, that is told, and when commands reach it',
  async (command, when) => {
    const claim = claimFolder(folder, command);
    const { code, stderr } = await run(['status']);
    const runs = `npm run ${command} runs in this folder (process ${String(process.pid)}), and commands do not reach it now`;
    expect([code, stderr]).toEqual([3, expect.stringMatching(when)]);
    expect(stderr.startsWith(runs)).toBe(true);
    if ('release' in claim) claim.release();
    expect((await run(['status'])).stderr).toMatch(/^No local stack runs in this folder/);
  },
);

test('doctor makes the checks it can without settings', async () => {
  const { code, stdout } = await run(['doctor']);
  expect(code).toBe(3);
  const [, node = '', settings = '', database = ''] = stdout.split('\n');
  expect(node).toMatch(/^good\tNode\t/);
  expect(settings).toMatch(/^BAD\tsettings\tNo local stack runs.*DATABASE_URL/);
  expect(database).toBe('unseen\tdatabase\tnot looked at; mend first: settings');
});

test.each([
  ['20.20.2', 'needs Node 22.17 or newer, this is 20.20.2'],
  ['22.16.0', 'needs Node 22.17'],
  ['22.17.0', undefined],
  ['24.0.0', undefined],
])('Node %s', (version, mistake) => {
  const found = findNodeMistake(version);
  if (mistake === undefined) expect(found).toBeUndefined();
  else expect(found).toContain(mistake);
});

/** Commands and long options that a help text lists. */
function readHelp(help: string): { readonly commands: readonly string[]; readonly options: readonly string[] } {
  const [, list = ''] = help.split('\nCommands:\n');
  const commands = [...list.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name = '']) => name);
  const options = [...(help.split('\nExamples:')[0]?.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm) ?? [])].map(
    ([, name = '']) => name,
  );
  return { commands, options };
}

/** Programs of their own, which read their options themselves. */
const programs = ['worker', 'sandbox', 'up', 'demo'];
const helpAlone = { commands: [], options: ['--help'] };

/** What bash offers after these words, by the script itself. */
async function complete(script: string, ...words: readonly string[]): Promise<readonly string[]> {
  const quoted = ['tixngo', ...words].map((word) => `'${word}'`).join(' ');
  const ask = `${script}\nCOMP_WORDS=(${quoted}); COMP_CWORD=${String(words.length)}; _tixngo; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await promisify(execFile)('bash', ['-c', ask]);
  return stdout.trim().split('\n');
}

test('completion offers what the help lists: every command, and the options of each that is no program of its own', async () => {
  const { code, stdout: script } = await run(['completion', 'bash']);
  expect(code).toBe(0);
  const { commands } = readHelp((await run(['--help'])).stdout);
  expect(commands).toContain('completion');
  expect((await complete(script, '')).toSorted()).toEqual([...commands, '--help'].toSorted());
  expect(await complete(script, 'stat')).toEqual(['status']);
  const others = await Promise.all(['zsh', 'fish'].map(async (shell) => (await run(['completion', shell])).stdout));
  const nested = [
    'skip add',
    'skip remove',
    'skip list',
    'put-aside list',
    'put-aside show',
    'put-aside retry',
    'put-aside drop',
  ];
  for (const command of [...commands, ...nested]) {
    const words = command.split(' ');
    const help = programs.includes(command) ? helpAlone : readHelp((await run([...words, '--help'])).stdout);
    const offered = await complete(script, ...words, '');
    expect([command, offered.toSorted()]).toEqual([command, [...help.commands, ...help.options].toSorted()]);
    for (const other of others) expect(other).toContain(offered.join(' '));
  }
});
