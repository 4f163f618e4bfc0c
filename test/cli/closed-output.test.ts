import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { compiledProgram } from '../../local/project-root';

test('a command whose reader has gone ends as others do, without a trace: tixngo log 7 | head', async () => {
  const child = spawn(process.execPath, [compiledProgram('cli/main'), 'run', '--help'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  const ended = once(child, 'close');
  expect(await text(child.stderr)).toBe('');
  expect(await ended).toEqual([141, null]);
});
