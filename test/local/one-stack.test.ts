import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
const claims = join(local, 'stacks');
/** A second copy of the project. */
const copy = join(folder, 'copy');

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
const holding = (command: string, place = project): string =>
  `require('${project}/dist/local/one-stack').claimFolder('${place}', '${command}');
    console.log('holds'); setInterval(() => undefined, 1000); // ${place}/dist/local/${command}-main`;

const hold = (command: string, place = project): Parent => startParent(holding(command, place), folder);

/** The words of the one claim: the command, its process, when that started. */
const readClaim = (): string[] => readdirSync(claims).flatMap((claim) => claim.split('-'));

/** Claims the folder for the process of this test, with no other claim left, and gives it up. */
function expectFree(): void {
  const claim = claimFolder(project, 'up');
  expect(claim).not.toHaveProperty('refusal');
  expect(readClaim()).toEqual(['up', String(process.pid), expect.stringMatching(/^\d+$/)]);
  if ('release' in claim) claim.release();
  expect(readClaim()).toEqual([]);
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
  const [, , start = ''] = readClaim();
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
    `stacks/${running}-${pid}-${start}`,
  ]);
  await holder.end('SIGKILL');
});

test('the claim of a process that was killed refuses nobody', async () => {
  const killed = hold('demo');
  await killed.says('holds');
  await killed.end('SIGKILL');
  expect(readClaim()).toContain('demo');
  expectFree();
});

test('nor does one whose id another program has now, an up of another copy, or a thread of that', async () => {
  const killed = hold('up');
  await killed.says('holds');
  const [, , start = ''] = readClaim();
  await killed.end('SIGKILL');
  const other = hold('up', copy);
  await other.says('holds');
  const threads = readdirSync(`/proc/${String(other.child.pid)}/task`);
  expect(threads.length).toBeGreaterThan(1);
  for (const id of [process.ppid, ...threads]) writeFileSync(join(claims, `up-${String(id)}-${start}`), '');
  expectFree();
  await other.end('SIGKILL');
});

test('nor does that of a process that was killed and that its parent still keeps as a zombie', async () => {
  const parent = startParent(
    `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(holding('up'))}], { stdio: 'inherit' })`,
    folder,
  );
  await parent.says('holds');
  const [, pid = ''] = readClaim();
  parent.child.kill('SIGSTOP');
  process.kill(Number(pid), 'SIGKILL');
  await until(() => readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z '));
  expectFree();
  await parent.end('SIGKILL');
});

test('a command that ends, here because of a port that is taken, leaves no claim', async () => {
  const other = createServer();
  const port = String(await listen(other));
  const argv = `process.argv.push('--sandbox-port', '${port}')`;
  const ended = startParent(`${argv}; process.argv.splice(1, 0, ''); require('${project}/dist/local/up-main')`, folder);
  await ended.says(`--sandbox-port ${port}: the port is taken`);
  await until(() => ended.child.exitCode !== null);
  other.close();
  expect(readClaim()).toEqual([]);
});
