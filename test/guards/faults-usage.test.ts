import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../local/project-root';

/** Long enough for a start, short beside any fault: a script that takes wrong words is ended before it has provoked one. */
const TIMEOUT_MS = 30_000;

test.each([
  ['an unknown file', ['--only', 'f99'], ['--only f99: there is f01, f02, ', 'without-claim']],
  ['a seed that is no whole number', ['--seed', '1.5'], ['--seed 1.5', 'a whole number from 0 to 999999999']],
])(
  '%s is wrong usage: exit 2, what was found and what is allowed, and no fault is provoked',
  async (_what, words, says) => {
    const { code, stdout, stderr } = await runFaults(words);
    expect([code, stdout]).toEqual([2, '']);
    for (const part of says) expect(stderr).toContain(part);
  },
);

function runFaults(words: readonly string[]) {
  return new Promise<{ readonly code: unknown; readonly stdout: string; readonly stderr: string }>((resolve) => {
    const script = join(PROJECT_ROOT, 'test', 'faults', 'main.js');
    execFile(process.execPath, [script, ...words], { timeout: TIMEOUT_MS }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, stdout, stderr });
    });
  });
}
