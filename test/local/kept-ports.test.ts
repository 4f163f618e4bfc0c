import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
