import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claimFolder } from '../../local/one-stack';
import { listen } from '../helpers/listen';
import { copyProject } from './project-copy';
import { killAllOf, processesOf, startParent, until, type Parent } from './processes';

const folder = mkdtempSync(join(tmpdir(), 'tixngo-one-stack-'));
const project = join(folder, 'project');
const local = join(project, '.local');

beforeAll(() => {
  copyProject(project);
});
afterEach(async () => {
  await until(() => processesOf(folder).length === 0).finally(() => {
    killAllOf(folder);
    rmSync(local, { recursive: true, force: true });
  });
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const startMain = (command: string): Parent => startParent(`require('${project}/dist/local/${command}-main')`, folder);

/** Claims the folder as the command does, and starts nothing. */
function hold(command: string): Parent {
  const script = `require('${project}/dist/local/one-stack').claimFolder('${project}', '${command}');
    console.log('holds'); setInterval(() => undefined, 1000); // local/${command}-main`;
  return startParent(script, folder);
}

test.each([
  ['up', 'up'],
  ['up', 'demo'],
  ['demo', 'up'],
  ['demo', 'demo'],
])('while %s runs in a folder, %s is refused there before it starts anything', async (running, second) => {
  const holder = hold(running);
  await holder.says('holds');
  const pid = String(holder.child.pid);
  writeFileSync(join(local, 'stack.json'), 'of the first');
  const refused = startMain(second);
  await until(() => refused.child.exitCode !== null);
  expect([refused.child.exitCode, refused.lines.filter((line) => line !== '')]).toEqual([
    2,
    [
      `Another local stack uses ${project}: npm run ${running}, process ${pid}. End it first (Ctrl-C in its terminal, or kill ${pid}).`,
    ],
  ]);
  expect(readdirSync(local, { recursive: true }).toSorted()).toEqual([
    'stack.json',
    'stacks',
    `stacks/${running}-${pid}`,
  ]);
  await holder.end('SIGKILL');
});

test('the claim of a process that was killed refuses nobody, nor does one whose id another program has now', async () => {
  const killed = hold('demo');
  await killed.says('holds');
  await killed.end('SIGKILL');
  writeFileSync(join(local, 'stacks', `up-${String(process.ppid)}`), '');
  const claim = claimFolder(project, 'up');
  expect(readdirSync(join(local, 'stacks'))).toEqual([`up-${String(process.pid)}`]);
  if ('release' in claim) claim.release();
  expect(readdirSync(join(local, 'stacks'))).toEqual([]);
});

test('a command that ends, here because of a port that is taken, leaves no claim', async () => {
  const other = createServer();
  const port = String(await listen(other));
  const argv = `process.argv.push('--sandbox-port', '${port}')`;
  const ended = startParent(`${argv}; process.argv.splice(1, 0, ''); require('${project}/dist/local/up-main')`, folder);
  await ended.says(`--sandbox-port ${port}: the port is taken`);
  await until(() => ended.child.exitCode !== null);
  other.close();
  expect(readdirSync(join(local, 'stacks'))).toEqual([]);
});
