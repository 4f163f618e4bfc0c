import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDueTickets } from '../../local/demo/due';
import { compiledProgram } from '../../local/project-root';
import { writeSeason } from '../../local/season';

/** Long beside a chapter that is ended at once; a process that a bar keeps alive is killed then. */
const PATIENCE_MS = 20_000;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tixngo-ended-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Plays one chapter on a terminal, in a process of its own; the demo is ended as soon as the chapter has asked how far it is. */
function playUntilEnded(file: string, chapter: string): Promise<{ ended: boolean; stdout: string; stderr: string }> {
  const script = `
    process.stdout.isTTY = true;
    const { openDemoScreen } = require(${JSON.stringify(compiledProgram('local/demo/screen'))});
    const chapters = require(${JSON.stringify(compiledProgram(file))});
    const asked = new AbortController();
    const answer = (count) => async () => {
      asked.abort(new Error('ended by SIGINT'));
      return count;
    };
    const sandbox = {
      addFault: async () => 1,
      crowd: async () => ({ tickets: 1, steps: 1, actions: {} }),
      callSummary: answer({ inFlight: 0, tickets: {} }),
      changeSummary: answer({ count: 7 }),
    };
    chapters.${chapter}({
      sandbox,
      screen: openDemoScreen(),
      operator: { typeWell: async () => undefined },
      folder: ${JSON.stringify(folder)},
      configuration: { url: 'http://127.0.0.1:1', batchSize: 843 },
      seed: 1,
      signal: asked.signal,
    }).catch((error) => console.error(error.message));`;
  return new Promise((resolve) => {
    execFile(process.execPath, ['-e', script], { timeout: PATIENCE_MS }, (error, stdout, stderr) => {
      resolve({ ended: error === null, stdout, stderr });
    });
  });
}

test.each([
  ['local/demo/scheduled', 'sendBySchedule', 'at TIXNGO'],
  ['local/demo/read-back', 'readBack', 'in S-360'],
])('a demo that is ended while a bar shows ends at once: %s', async (file, chapter, label) => {
  const { ended, stdout, stderr } = await playUntilEnded(file, chapter);
  expect([ended, stderr]).toEqual([true, 'ended by SIGINT\n']);
  expect(stdout).toMatch(new RegExp(`${label} ░+ 0%`));
});

test('a demo that is ended while it makes up its tickets, or reads them, gives that up', async () => {
  const season = { seed: 1, tickets: 20_000 };
  const ended = new AbortController();
  const written = writeSeason(join(folder, 'given-up'), season, ended.signal);
  ended.abort(new Error('ended by SIGINT'));
  await expect(written).rejects.toThrow(/abort/);
  const files = await writeSeason(join(folder, 'whole'), season);
  await expect(readDueTickets(files, ended.signal)).rejects.toThrow('ended by SIGINT');
});

test('the bars of the demo change no setting of the terminal: neither the cursor nor the wrapping of lines', async () => {
  const { stdout } = await playUntilEnded('local/demo/scheduled', 'sendBySchedule');
  expect(stdout).toContain('at TIXNGO');
  expect(stdout).not.toContain('\u001b[?');
});
