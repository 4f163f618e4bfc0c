import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../helpers/command-line';

/** An empty folder: what is wrong with the words alone needs neither settings nor a server. */
const folder = mkdtempSync(join(tmpdir(), 'tixngo-words-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
const run = (words: readonly string[]) => runCommand(words, { folder, environment: {} });

test.each<[words: readonly string[], told: string]>([
  [['log', ''], '<run> is an empty word; allowed: number of a run, or its workflow id'],
  [['log', ' ', '--follow'], '<run> is an empty word'],
  [['run', ''], '<schedule> is an empty word'],
  [['again', ''], '<run> is an empty word'],
  [['ticket', ''], '<ticket> is an empty word'],
  [['pending', ''], '<schedule> is an empty word'],
  [['stop', ''], '<run> is an empty word'],
  [['pause', ''], '<target> is an empty word; allowed: number of a run, or name of a schedule'],
  [['resume', '--interface', ''], '--interface has an empty value: give it one, or leave it out (everything of this'],
  [['put-aside', 'show', ''], '<number> is an empty word'],
  [['put-aside', 'list', '--organizer', ''], '--organizer has an empty value'],
  [['test', ''], '<interface> is an empty word'],
  [['import', 'tickets', ''], '<file> is an empty word'],
  [['apply', 'x.yaml', '--who', ''], '--who has an empty value'],
  [['completion', ''], '<shell> is an empty word; allowed: bash, zsh or fish'],
  [['skip', 'add', 'inject-league', ''], '<tickets> is an empty word; allowed: ticket numbers, or id:7, separated by'],
  [['skip', 'remove', 'inject-league', '7', ''], '<tickets> is an empty word'],
])('%j: an empty word names nothing, and that is said before any server is asked', async (words, told) => {
  const { code, stdout, stderr } = await run(words);
  expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(`error: ${told}`)]);
});

test('every empty word is told at once', async () => {
  const { stderr } = await run(['skip', 'add', '', '', '--who', '']);
  expect(stderr.match(/^error: .*empty/gm)).toHaveLength(3);
});

test.each([
  ['cancel', 'stop'],
  ['start', 'run'],
  ['statu', 'status'],
])(
  'a command that is called otherwise elsewhere, or mistyped, leads to the one that is meant: %s',
  async (word, meant) => {
    const { code, stderr } = await run([word, '1']);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining(`error: unknown command '${word}'\n(Did you mean ${meant}?)`),
    ]);
  },
);

test('an age without the check that goes by it is refused: its exit code would always be good', async () => {
  const { code, stdout, stderr } = await run(['status', '--max-age', '30m']);
  expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining('--max-age needs --check')]);
});

test('a command like no other leads to the list', async () => {
  const { stderr } = await run(['toString']);
  expect(stderr).toBe("error: unknown command 'toString'\n(tixngo --help lists the commands)\n");
});
