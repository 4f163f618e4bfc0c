import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openChangeLog } from '../../sandbox/change-log';
import { playRound } from '../../sandbox/living-crowd';
import { openWallets } from '../../sandbox/wallets';
import { found, until } from '../helpers/until';
import { openStage, toCall, toTicket } from '../tixngo/fixture';
import { injectMany } from './diff-fixture';

jest.setTimeout(60_000);

function openFilled(tickets: number) {
  const log = openChangeLog(Date.now);
  const wallets = openWallets({ now: Date.now, log });
  for (let i = 0; i < tickets; i += 1) wallets.inject('club', toTicket(`T${String(i)}`));
  const moved = () => wallets.list().filter(({ status }) => status !== 'INJECTED').length;
  return { wallets, moved };
}

test('spectators act by themselves for as long as the sandbox runs, also on tickets that come later', async () => {
  const stage = await openStage({ crowdEveryMs: 5 });
  try {
    await injectMany(stage, 3);
    await until('the crowd has acted', async () => (await stage.admin.changes()).records.length > 5);
    await stage.client.inject(toCall([toTicket('LATE')]));
    await until('it acts on the late one', async () => {
      const { records } = await stage.admin.changes();
      return records.some(({ ticketId, status }) => ticketId === 'LATE' && status !== 'INJECTED');
    });
  } finally {
    await stage.close();
  }
});

test('nobody acts unless asked to', async () => {
  const stage = await openStage({ seed: 1 });
  try {
    await injectMany(stage, 3);
    expect((await stage.admin.changes()).records).toHaveLength(3);
  } finally {
    await stage.close();
  }
});

test('what the crowd did is kept over a restart, though nobody asked for anything meanwhile', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'living-crowd-'));
  const snapshotFile = join(folder, 'sandbox.json');
  const stage = await openStage({ crowdEveryMs: 300, snapshotFile });
  const written = () => Promise.resolve(existsSync(snapshotFile) ? readFileSync(snapshotFile, 'utf8') : undefined);
  try {
    await injectMany(stage, 50);
    // The first writing is that of the injection.
    const first = await found('the wallets are kept', written, 20_000);
    await until('a later round is kept', async () => (await written()) !== first, 20_000);
  } finally {
    await stage.close();
    rmSync(folder, { recursive: true });
  }
});

test('a round moves one ticket in twenty, one at least, by the seed', () => {
  const [one, same, other, few] = [openFilled(100), openFilled(100), openFilled(100), openFilled(3)];
  expect([playRound(7, one.wallets), playRound(7, same.wallets), playRound(8, other.wallets)]).toEqual([5, 5, 5]);
  const statuses = ({ wallets }: typeof one) => wallets.list().map(({ status }) => status);
  expect(statuses(same)).toEqual(statuses(one));
  expect(statuses(other)).not.toEqual(statuses(one));
  expect([playRound(1, few.wallets), few.moved()]).toEqual([1, 1]);
});

test('it rests when no ticket can move any more', () => {
  const { wallets } = openFilled(40);
  let rounds = 0;
  while (playRound(rounds, wallets) > 0 && rounds < 10_000) rounds += 1;
  expect(rounds).toBeLessThan(10_000);
  expect(wallets.list().filter(({ status }) => !status.endsWith('_ACTIVATED'))).toEqual([]);
  expect(playRound(rounds + 1, wallets)).toBe(0);
});
