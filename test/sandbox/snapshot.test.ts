import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failureOf, openStage, toCall, toTicket } from '../tixngo/fixture';
import { askPage } from './diff-fixture';

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

test('changes outlive the stand-in, made-up ones too, and a key from before goes on', async () => {
  const snapshotFile = join(folder, 'changes.json');
  const options = { snapshotFile, repeatChance: 0 };
  const first = await openStage(options);
  await first.client.inject(toCall([toTicket('T-1')]));
  await first.admin.records({ count: 4, ticketIds: ['1', '2'] });
  const before = await first.admin.changes();
  const { paginationKey } = await askPage(first, { limit: 3 });
  await first.close();

  const second = await openStage(options);
  expect(await second.admin.changes()).toEqual(before);
  await second.admin.wallet('T-1', 'download');
  const { tickets } = await askPage(second, { paginationKey });
  expect(tickets.map(({ changeNumber }) => changeNumber)).toEqual([4, 5, 6]);
  await second.close();
});

test('a deletion that was pending at the end confirms itself after the start', async () => {
  const snapshotFile = join(folder, 'deletion.json');
  const options = { snapshotFile, repeatChance: 0, deletionDelayMs: 1 };
  const first = await openStage({ ...options, deletionDelayMs: 60_000 });
  await first.client.inject(toCall([toTicket('T-1'), toTicket('T-2')]));
  const deletion = { ticketId: 'T-1', deletionReason: 'CANCELLED', showDeletedTicket: false };
  await first.client.push('deleteTickets', toCall([deletion]));
  await first.close();
  // What was due in a minute is due long since.
  const saved = readFileSync(snapshotFile, 'utf8').replace(/"dueMs":\d+/, '"dueMs":1');
  writeFileSync(snapshotFile, saved);

  const second = await openStage(options);
  const { tickets } = await askPage(second);
  expect(tickets.map(({ status }) => status)).toEqual(['INJECTED', 'INJECTED', 'DELETION_PENDING', 'DELETED']);
  await second.close();
});

test('a snapshot of a version without changes is taken', async () => {
  const snapshotFile = join(folder, 'older.json');
  const first = await openStage({ snapshotFile });
  await first.client.inject(toCall([toTicket('T-1')]));
  const { tickets } = await first.admin.state();
  await first.close();
  writeFileSync(snapshotFile, JSON.stringify({ tickets }));

  const second = await openStage({ snapshotFile });
  expect((await second.admin.stateSummary()).count).toBe(1);
  expect((await second.admin.changeSummary()).count).toBe(0);
  await second.close();
});

test('a reset clears the changes, and their numbers begin anew', async () => {
  const stage = await openStage();
  await stage.client.inject(toCall([toTicket('T-1')]));
  await stage.admin.reset();
  expect(await stage.admin.changes()).toMatchObject({ records: [], lastChangeNumber: 0 });
  await stage.client.inject(toCall([toTicket('T-1')]));
  expect((await stage.admin.changes()).records).toMatchObject([{ changeNumber: 1 }]);
  await stage.close();
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
