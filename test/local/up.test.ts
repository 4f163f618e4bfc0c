import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyProject } from './project-copy';
import { killAllOf, processesOf, startParent, until } from './processes';

const folder = mkdtempSync(join(tmpdir(), 'tixngo-up-'));
const project = join(folder, 'project');
afterAll(() => {
  killAllOf(folder);
  rmSync(folder, { recursive: true, force: true });
});

test('a stack whose worker has lost its guard ends with all of its processes, says so and that its data is kept, and leaves the folder free', async () => {
  chmodSync(folder, 0o755);
  copyProject(project);
  const local = join(project, '.local');
  const up = startParent(`require('${project}/dist/local/up-main')`, folder);
  await up.says('Worker ');
  expect(existsSync(join(local, 'stack.json'))).toBe(true);
  const guards = processesOf('dist/local/guard.js').filter((pid) => isWorkersGuard(pid));
  expect(guards).toHaveLength(1);
  for (const pid of guards) process.kill(pid, 'SIGKILL');
  await until(() => up.child.exitCode !== null);
  expect(up.child.exitCode).toBe(1);
  const told = up.lines.slice(up.lines.findIndex((line) => line.startsWith('A worker'))).filter((line) => line !== '');
  expect(told).toEqual([
    `A worker ended (its guard was killed: SIGKILL). Its log: ${join(local, 'logs', 'worker.log')}`,
    'The data is kept; npm run up starts the stack again.',
    'Ending the local stack.',
  ]);
  expect(processesOf(folder)).toEqual([]);
  expect([existsSync(join(local, 'stack.json')), readdirSync(join(local, 'stacks'))]).toEqual([false, []]);
});

function isWorkersGuard(pid: number): boolean {
  const words = readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8');
  return words.includes(project) && words.includes('worker/main');
}
