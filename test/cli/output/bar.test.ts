import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { compiledProgram } from '../../../local/project-root';
import { openCommandLine, type CommandLine } from '../../helpers/command-line';

let line: CommandLine;
beforeAll(async () => {
  line = await openCommandLine('bar');
});
afterAll(() => line.close());

/** What sets and resets a terminal's modes: `?25` the cursor, `?7` the wrapping of lines. */
const SETTING = '\u001b[?';

test.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
  'a command that is ended by %s while its bar shows leaves cursor and wrapping as they were; a narrow terminal cuts the bar, no word',
  async (signal) => {
    const script = `
      Object.assign(process.stderr, { isTTY: true, columns: 50 });
      const { openFollower } = require(${JSON.stringify(compiledProgram('cli/follow'))});
      const counts = { delivered: 3, refused: 1, skipped: 0, simulated: 0, unknown: 0, notTried: 0 };
      openFollower({ json: false }, 'club/inject').show({ planned: 8, ...counts });`;
    const child = spawn(process.execPath, ['-e', script], {
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: 4_000,
    });
    let drawn = '';
    child.stderr.on('data', (chunk: Buffer) => {
      drawn += chunk.toString();
      if (drawn.includes('tickets')) child.kill(signal);
    });
    await once(child, 'close');
    expect(child.signalCode).toBe(signal);
    expect(drawn).toMatch(/club\/inject 50% 4\/8 tickets, 1 refused, \d+s =/);
    expect(drawn).not.toContain(SETTING);
  },
);

test('the bar of an import changes neither cursor nor wrapping', async () => {
  const terminal = line.write('terminal.cjs', 'Object.assign(process.stderr, { isTTY: true, columns: 120 });');
  const file = line.write('contacts.csv', 'id,lastName\n1,Ruiz\n');
  const { code, stderr } = await line.runWith({ NODE_OPTIONS: `--require=${terminal}` }, 'import', 'contacts', file);
  expect(code).toBe(0);
  expect(stderr).toContain('100% 1 rows, writing');
  expect(stderr).not.toContain(SETTING);
});
