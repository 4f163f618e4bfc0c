import { compiledProgram } from '../../local/project-root';
import { runScript } from '../helpers/run-script';

test.each([
  ['an unknown row', ['--only', 'push-30k'], ['There is no row push-30k', 'push-20k, ']],
  ['a number of turns that it does not run', ['--turns', '0'], ['--turns 0', 'a whole number from 1 to 9']],
])(
  '%s is wrong usage: exit 2, what was found and what is allowed, and nothing is started',
  async (_what, words, says) => {
    const { code, stdout, stderr } = await runScript(compiledProgram('bench/main'), words);
    expect([code, stdout]).toEqual([2, '']);
    for (const part of says) expect(stderr).toContain(part);
  },
);
