import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failureOf, openStage, toCall, toTicket } from '../tixngo/fixture';

const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('wallets outlive the stand-in in their snapshot', async () => {
  const snapshotFile = join(folder, 'wallets.json');
  const first = await openStage({ snapshotFile });
  await first.client.inject(toCall([toTicket('T-1')]));
  await first.admin.wallet('T-1', 'download');
  const before = await first.admin.state();
  await first.close();

  const second = await openStage({ snapshotFile });
  expect(await second.admin.state()).toEqual(before);
  await second.close();
});

test('a file that is no snapshot stops the start, and is named', async () => {
  const snapshotFile = join(folder, 'other.json');
  writeFileSync(snapshotFile, '{}');
  expect(await failureOf(openStage({ snapshotFile }))).toHaveProperty('message', expect.stringContaining(snapshotFile));
});

test('a port that is taken stops the start', async () => {
  const first = await openStage();
  const port = Number(new URL(first.sandbox.url).port);
  expect(await failureOf(openStage({ port }))).toMatchObject({ code: 'EADDRINUSE' });
  await first.close();
});
