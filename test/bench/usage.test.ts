import { execFile } from 'node:child_process';
import { compiledProgram } from '../../local/project-root';

/** Long enough for a start, short beside any race: a bench that takes wrong words is ended before it has measured. */
const TIMEOUT_MS = 30_000;

test.each([
  ['an unknown row', ['--only', 'push-30k'], ['There is no row push-30k', 'push-20k, ']],
  ['a number of turns that it does not run', ['--turns', '0'], ['--turns 0', 'a whole number from 1 to 9']],
])(
  '%s is wrong usage: exit 2, what was found and what is allowed, and nothing is started',
  async (_what, words, says) => {
    const { code, stdout, stderr } = await runBench(words);
    expect([code, stdout]).toEqual([2, '']);
    for (const part of says) expect(stderr).toContain(part);
  },
);

/** The compiled bench: its exit code is set in its main. */
function runBench(words: readonly string[]) {
  return new Promise<{ readonly code: unknown; readonly stdout: string; readonly stderr: string }>((resolve) => {
    const options = { timeout: TIMEOUT_MS };
    execFile(process.execPath, [compiledProgram('bench/main'), ...words], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, stdout, stderr });
    });
  });
}
