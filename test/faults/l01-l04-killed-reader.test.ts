import { tell } from './helpers/fault';
import { readUnderKills } from './helpers/killed-reader';
import { openLuck } from './helpers/luck';
import { openReadingSystem, type ReadingSystem } from './helpers/reading-system';
import { expectAsUndisturbed, keepBeforeReading } from './helpers/wallet';

/** SIGKILL at random points of a read-back, 50 times over four runs (reliability.md L1 to L4). */
const KILLS = [13, 13, 12, 12];
const SPLIT = 10;
const PAGES = 140;
const RECORDS = PAGES * SPLIT;
/** Pages from one kill to the next, at most: all kills of a run fall into it. */
const FURTHEST = 10;
const luck = openLuck('L1-L4');
let reading: ReadingSystem;
beforeAll(async () => {
  reading = await openReadingSystem({ tickets: 120, split: SPLIT, latencyMs: 15 });
}, 120_000);
afterAll(() => reading.system.close());

test('50 kills at random points: everything is read once, and contacts and distribution are as without them', async () => {
  const { system, outside, moveOn, start } = reading;
  const url = system.stack.databaseUrl;
  const putBack = await keepBeforeReading(url);
  for (const kills of KILLS) {
    await moveOn(RECORDS);
    const { left, asked, again } = await readUnderKills(reading, luck, { kills, pages: PAGES, furthest: FURTHEST });
    tell('L1-L4', `worker killed ${kills.toString()} times in a read-back`, {
      'pages fetched': asked,
      again,
      'at most': 2 * kills,
      'changes on record': left.history,
    });
  }
  const killed = await expectAsUndisturbed(outside, url, {
    putBack,
    read: async (): Promise<unknown> => (await start()).result(),
  });
  expect(killed.digests.distribution).not.toBeNull();
}, 600_000);
