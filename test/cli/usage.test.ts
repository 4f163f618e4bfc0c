import { runProgram } from '../../cli/program';

/** Runs the program in this process: what commander decides needs neither settings nor a server. */
async function run(words: readonly string[]) {
  const written = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    jest.spyOn(process[name], 'write').mockImplementation((chunk) => {
      written[name] += String(chunk);
      return true;
    }),
  );
  try {
    const code = await runProgram(words);
    return { code, ...written };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

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
