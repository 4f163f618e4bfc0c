import { join } from 'node:path';
import { PROJECT_ROOT } from '../../local/project-root';
import { runScript } from '../helpers/run-script';

const FAULTS = join(PROJECT_ROOT, 'test', 'faults', 'main.js');

test.each([
  ['an unknown file', ['--only', 'f99'], ['--only f99: there is f01, f02, ', 'without-claim']],
  ['a seed that is no whole number', ['--seed', '1.5'], ['--seed 1.5', 'a whole number from 0 to 999999999']],
])(
  '%s is wrong usage: exit 2, what was found and what is allowed, and no fault is provoked',
  async (_what, words, says) => {
    const { code, stdout, stderr } = await runScript(FAULTS, words);
    expect([code, stdout]).toEqual([2, '']);
    for (const part of says) expect(stderr).toContain(part);
  },
);
