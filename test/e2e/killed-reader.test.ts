import { readUnderKills } from '../faults/helpers/killed-reader';
import { openLuck } from '../faults/helpers/luck';
import { openReadingSystem, type ReadingSystem } from '../faults/helpers/reading-system';

/** SIGKILL at a random point of a read-back, by three seeds (reliability.md L1 to L4); `npm run test:faults -- --only l01` has fifty. */
const SPLIT = 10;
const PAGES = 40;
let reading: ReadingSystem;
beforeAll(async () => {
  reading = await openReadingSystem({ tickets: 120, split: SPLIT, latencyMs: 10 });
}, 120_000);
afterAll(() => reading.system.close());

test.each([1, 2, 3])('L1 to L4 hold after a kill at a random point, seed %i', async (seed) => {
  await reading.moveOn(PAGES * SPLIT);
  const luck = openLuck(`killed reader ${seed.toString()}`);
  const { again, left } = await readUnderKills(reading, luck, { kills: 1, pages: PAGES, furthest: PAGES - 10 });
  expect(again).toBeLessThanOrEqual(2);
  expect(left.putAside).toBe(0);
});
