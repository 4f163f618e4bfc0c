import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { compiledProgram } from '../../local/project-root';

let folder: string;
let terminal: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tixngo-children-'));
  terminal = join(folder, 'terminal.cjs');
  writeFileSync(terminal, 'process.stdin.isTTY = true;');
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test.each([
  ['SIGINT', 'the command alone'],
  ['SIGTERM', 'the command alone'],
  ['SIGINT', 'command and program, and once more the command'],
] as const)('on a terminal too %s to %s ends the program that it started, in order', async (signal, whom) => {
  const child = spawn(process.execPath, [compiledProgram('cli/main'), 'sandbox', '--organizer', 'club:CLUB_KEY'], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, CLUB_KEY: 'secret-key', NODE_OPTIONS: `--require=${terminal}` },
    stdio: ['ignore', 'pipe', 'inherit'],
    // A group of its own: what is sent to it as a terminal sends it reaches these two alone.
    detached: true,
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('The command did not start');
  try {
    await once(createInterface({ input: child.stdout }), 'line');
    const ended = once(child, 'close', { signal: AbortSignal.timeout(20_000) });
    if (whom === 'the command alone') {
      child.kill(signal);
    } else {
      process.kill(-pid, signal);
      child.kill(signal);
    }
    expect(await ended).toEqual([0, null]);
  } finally {
    if (child.exitCode === null && child.signalCode === null) process.kill(-pid, 'SIGKILL');
  }
});
