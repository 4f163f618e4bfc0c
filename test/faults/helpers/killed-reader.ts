import type { Left } from '../../../bench/check-pull';
import { askedKeys, fetchedAgain } from '../../helpers/reading';
import { until } from '../../helpers/until';
import type { Luck } from './luck';
import type { ReadingSystem } from './reading-system';
import { expectAtCursor, expectReadAndStill } from './wallet';

export interface KilledRun {
  readonly kills: number;
  /** Pages that there are to read. */
  readonly pages: number;
  /** Pages from one kill to the next, at most: all kills of a run have to fall into it. */
  readonly furthest: number;
}

/** A read-back whose worker is killed at random points, with L1 to L4 of reliability.md after it; what was counted. */
export async function readUnderKills(
  reading: ReadingSystem,
  luck: Luck,
  { kills, pages, furthest }: KilledRun,
): Promise<{ readonly left: Left; readonly asked: number; readonly again: number }> {
  const { system, outside, start, rows } = reading;
  const before = (await rows()).length;
  const run = await start();
  for (let kill = 1; kill <= kills; kill += 1) await killAtRandom(reading, luck, { before, pages, furthest });
  await expect(run.result()).resolves.toMatchObject({ outcome: 'OK', repeated: 0, older: 0, putAside: 0 });
  expect(await rows()).toHaveLength(before + 1);
  const again = await fetchedAgain(outside);
  expect(again).toBeLessThanOrEqual(2 * kills);
  const asked = (await askedKeys(outside)).length;
  const left = await expectReadAndStill(outside, system.stack.databaseUrl, async () => (await start()).result());
  return { left, asked, again };
}

/** Kills when so many more pages are committed, or while the call for one that is so far ahead is under way. */
async function killAtRandom(
  { system, outside, reached, rows }: ReadingSystem,
  luck: Luck,
  { before, pages, furthest }: Pick<KilledRun, 'pages' | 'furthest'> & { readonly before: number },
): Promise<void> {
  const further = luck.between(0, furthest);
  const found = await rows();
  const read = found.length > before ? (found[0]?.pages ?? 0) : 0;
  const target = Math.min(pages - 1, read + further);
  if (luck.next() < 0.5) await reached(target, before);
  else {
    const asked = (await askedKeys(outside)).length;
    const ahead = Math.min(further, pages - 1 - read);
    await until('it is fetched', async () => (await askedKeys(outside)).length >= asked + ahead);
  }
  await system.stack.killWorker('SIGKILL');
  await expectAtCursor(outside);
  await system.stack.restartWorker();
}
