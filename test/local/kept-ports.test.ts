import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../local/free-port';
import { keepPorts, type KeptPorts } from '../../local/kept-ports';

const folder = mkdtempSync(join(tmpdir(), 'tixngo-ports-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

let told: string[];
beforeEach(() => {
  told = [];
});
const keep = (file: string, wanted?: Partial<KeptPorts>): Promise<KeptPorts> =>
  keepPorts(file, { ...(wanted && { wanted }), tell: (line) => void told.push(line) });

test('a stack that stays has its ports again, but for one that somebody else took', async () => {
  const file = join(folder, 'up', 'ports.json');
  const first = await keep(file);
  expect(await keep(file)).toEqual(first);

  const other = createServer();
  other.listen(first.sandbox, '127.0.0.1');
  await once(other, 'listening');
  expect(told).toEqual([]);
  const second = await keep(file);
  other.close();
  await once(other, 'close');
  expect(second.temporalUi).toBe(first.temporalUi);
  expect(second.sandbox).not.toBe(first.sandbox);
  const [taken, used] = [String(first.sandbox), String(second.sandbox)];
  expect(told).toEqual([
    `The sandbox moves to port ${used}: another program has ${taken}, where it was the last time. Interfaces whose url names ${taken} do not reach it: name ${used} in the file and apply it, or free ${taken} and start again with --sandbox-port ${taken}.`,
  ]);
  expect(await keep(file)).toEqual(second);
});

test('a line is told alone, so that whoever prints it prints nothing else', async () => {
  const file = join(folder, 'alone', 'ports.json');
  const { temporalUi } = await keep(file);
  const words: unknown[][] = [];
  await keepPorts(file, { wanted: { sandbox: temporalUi }, tell: (...all: unknown[]) => void words.push(all) });
  expect(words).toEqual([[expect.stringMatching(/^The Temporal UI moves/)]]);
});

test('a moved UI is told too, and why: it gave way to a port that was asked for', async () => {
  const file = join(folder, 'moved', 'ports.json');
  const { temporalUi } = await keep(file);
  const moved = await keep(file, { sandbox: temporalUi });
  const used = String(moved.temporalUi);
  expect(told).toEqual([
    `The Temporal UI moves to port ${used}: the sandbox has ${String(temporalUi)}, where it was the last time.`,
  ]);
});

test('a port that was asked for once is that of the next time too, and the other one gives way to it', async () => {
  const file = join(folder, 'asked', 'ports.json');
  const first = await keep(file);
  const [sandbox, temporalUi] = [await freePort(), await freePort()];
  expect(await keep(file, { sandbox })).toEqual({ ...first, sandbox });
  expect(await keep(file)).toEqual({ ...first, sandbox });
  expect(await keep(file, { temporalUi })).toEqual({ sandbox, temporalUi });
  expect(await keep(file)).toEqual({ sandbox, temporalUi });

  const moved = await keep(file, { sandbox: temporalUi });
  expect(moved.sandbox).toBe(temporalUi);
  expect(moved.temporalUi).not.toBe(temporalUi);
});
