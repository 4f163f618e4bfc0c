import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProgram, type Program } from '../../local/program';
import { killAllOf, processesOf } from './processes';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tixngo-program-'));
});
afterEach(() => {
  killAllOf(folder);
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a program that stays, and waits until it hears SIGTERM. */
async function start(whenAsked: string): Promise<Program> {
  let heard: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => (heard = resolve));
  const left = join(folder, 'left');
  writeFileSync(left, '');
  const program = await startProgram({
    name: 'a program',
    command: process.execPath,
    args: [
      '-e',
      `process.on('SIGTERM', () => { ${whenAsked} }); setInterval(() => 0, 1000); console.log('${folder}');`,
    ],
    logFile: join(folder, 'log'),
    stopTimeoutMs: 1_000,
    removeAfter: [left],
    onLine: () => {
      heard();
    },
  });
  await ready;
  return program;
}

test.each([
  ['is asked to end', "console.error('asked'); process.exit(0)"],
  ['is killed when it does not end', "console.error('asked')"],
])('a program whose guard was killed %s, and what it leaves is removed', async (_what, whenAsked) => {
  const program = await start(whenAsked);
  process.kill(program.guardPid, 'SIGKILL');
  expect(await program.ended).toEqual({ code: null, signal: 'SIGKILL', guardKilled: true });
  expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('asked\n');
  expect(processesOf(folder)).toEqual([]);
  expect(existsSync(join(folder, 'left'))).toBe(false);
});
