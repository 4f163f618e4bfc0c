import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../local/free-port';
import { keepPorts } from '../../local/kept-ports';

const folder = mkdtempSync(join(tmpdir(), 'tixngo-ports-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('a stack that stays has its ports again, but for one that somebody else took', async () => {
  const file = join(folder, 'up', 'ports.json');
  const first = await keepPorts(file);
  expect(await keepPorts(file)).toEqual(first);

  const other = createServer();
  other.listen(first.sandbox, '127.0.0.1');
  await once(other, 'listening');
  const second = await keepPorts(file);
  other.close();
  await once(other, 'close');
  expect(second.temporalUi).toBe(first.temporalUi);
  expect(second.sandbox).not.toBe(first.sandbox);
  expect(await keepPorts(file)).toEqual(second);
});

test('a port that was asked for once is that of the next time too, and the other one gives way to it', async () => {
  const file = join(folder, 'asked', 'ports.json');
  const first = await keepPorts(file);
  const [sandbox, temporalUi] = [await freePort(), await freePort()];
  expect(await keepPorts(file, { sandbox })).toEqual({ ...first, sandbox });
  expect(await keepPorts(file)).toEqual({ ...first, sandbox });
  expect(await keepPorts(file, { temporalUi })).toEqual({ sandbox, temporalUi });
  expect(await keepPorts(file)).toEqual({ sandbox, temporalUi });

  const moved = await keepPorts(file, { sandbox: temporalUi });
  expect(moved.sandbox).toBe(temporalUi);
  expect(moved.temporalUi).not.toBe(temporalUi);
});
