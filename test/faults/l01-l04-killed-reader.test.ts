import { readLeft } from '../../bench/check-pull';
import { askedKeys, fetchedAgain } from '../helpers/reading';
import { until } from '../helpers/until';
import { tell } from './helpers/fault';
import { openLuck } from './helpers/luck';
import { openReadingSystem, type ReadingSystem } from './helpers/reading-system';
import { expectAtCursor, expectReadAndStill, keepBeforeReading } from './helpers/wallet';

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

/** Kills when so many more pages are committed, or while the call for one that is so far ahead is under way. */
async function killAtRandom(before: number): Promise<void> {
  const { system, outside, reached, rows } = reading;
  const further = luck.between(0, FURTHEST);
  const found = await rows();
  const pages = found.length > before ? (found[0]?.pages ?? 0) : 0;
  const target = Math.min(PAGES - 1, pages + further);
  if (luck.next() < 0.5) await reached(target, before);
  else {
    const asked = (await askedKeys(outside)).length;
    const ahead = Math.min(further, PAGES - 1 - pages);
    await until('it is fetched', async () => (await askedKeys(outside)).length >= asked + ahead);
  }
  await system.stack.killWorker('SIGKILL');
  await expectAtCursor(outside);
  await system.stack.restartWorker();
}

test('50 kills at random points: everything is read once, and contacts and distribution are as without them', async () => {
  const { system, outside, moveOn, start, rows } = reading;
  const url = system.stack.databaseUrl;
  const putBack = await keepBeforeReading(url);
  for (const kills of KILLS) {
    await moveOn(RECORDS);
    const before = (await rows()).length;
    const run = await start();
    for (let kill = 1; kill <= kills; kill += 1) await killAtRandom(before);
    await expect(run.result()).resolves.toMatchObject({ outcome: 'OK', repeated: 0, older: 0, putAside: 0 });
    expect(await rows()).toHaveLength(before + 1);
    const again = await fetchedAgain(outside);
    expect(again).toBeLessThanOrEqual(2 * kills);
    const asked = (await askedKeys(outside)).length;
    const left = await expectReadAndStill(outside, url, async () => (await start()).result());
    tell('L1-L4', `worker killed ${kills.toString()} times in a read-back`, {
      'pages fetched': asked,
      again,
      'at most': 2 * kills,
      'changes on record': left.history,
    });
  }
  const killed = await readLeft(url);
  await putBack();
  await (await start()).result();
  const undisturbed = await expectReadAndStill(outside, url, async () => (await start()).result());
  expect(killed).toEqual(undisturbed);
  expect(killed.digests.distribution).not.toBeNull();
}, 600_000);
