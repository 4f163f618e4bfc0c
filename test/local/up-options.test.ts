import { readUpOptions, toSandboxArgs, type UpOptions } from '../../local/up-options';

function read(...words: readonly string[]): UpOptions {
  const options = readUpOptions(words);
  if ('exitCode' in options) throw new Error(options.text);
  return options;
}

test('the sandbox of the local stack has a crowd that acts by itself, and keeps its wallets (operations.md)', () => {
  expect(toSandboxArgs(read(), '/up')).toEqual([
    ...['--organizer', 'fc-example:FCX_TIXNGO_KEY'],
    ...['--snapshot', '/up/sandbox.json'],
    ...['--crowd-every-ms', '10000'],
  ]);
});

test('without the crowd nobody acts unless asked to', () => {
  const args = toSandboxArgs(read('--no-crowd', '--organizer', 'a:A', '--organizer', 'b:B'), '/up');
  expect(args).toEqual(['--organizer', 'a:A', '--organizer', 'b:B', '--snapshot', '/up/sandbox.json']);
});

test.each([
  [['--help'], 0, /^Usage:/],
  [['--crowd'], 2, /'--crowd'[^]*Usage:/],
  [['--ui-port', '70000'], 2, /^--ui-port 70000: a port is expected[^]*Usage:/],
] as const)('%j starts nothing and tells the usage', (words, exitCode, text) => {
  const told = readUpOptions(words);
  expect('text' in told ? [told.exitCode, told.text] : told).toEqual([exitCode, expect.stringMatching(text)]);
});
