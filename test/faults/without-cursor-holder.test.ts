import { type Engine, openEngine } from '../helpers/engine-world';
import { askedKeys, fetchedAgain, openReading, seedReading } from '../helpers/reading';
import { until } from '../helpers/until';
import { tell } from './helpers/fault';
import type { Rewriting } from './helpers/rewrite';
import { expectReadAndStill } from './helpers/wallet';
import { withoutParts } from './helpers/without';

const RECORDS = 400;
const SPLIT = 10;
let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('without-cursor-holder', { sandbox: { latencyMs: 5 } });
});
afterAll(() => engine.close());

/** Takes the holder away: whoever asks for the cursor gets it. */
const cursorHolder: readonly Rewriting[] = [
  { part: 'where c.holder_workflow_id is null or c.lease_until <= now()', instead: 'where true' },
];

/** One run reads, and one of another namespace comes beside it. */
async function comeBeside(rewritings: readonly Rewriting[]) {
  await engine.reset();
  await seedReading(engine, { tickets: 40, records: RECORDS, split: SPLIT });
  const { worker, requireUsed } = withoutParts(await engine.openWorker(), rewritings);
  const here = { ...engine, worker };
  const first = openReading(here, { namespace: 'elsewhere' }).toEnd();
  await until('it reads', async () => (await askedKeys(engine)).length >= 5);
  const other = await openReading(here).toEnd();
  await first;
  requireUsed();
  const again = await fetchedAgain(engine);
  await expectReadAndStill(engine, engine.url, () => openReading(engine).toEnd());
  return { other: other.outcome, again };
}

test('with a holder the account is read by one run; without it two read beside each other and fetch the same pages', async () => {
  const kept = await comeBeside([]);
  expect(kept).toEqual({ other: 'SKIPPED', again: 0 });
  const damaged = await comeBeside(cursorHolder);
  expect(damaged.other).not.toBe('SKIPPED');
  expect(damaged.again).toBeGreaterThan(2);
  for (const [what, { other, again }] of [
    ['with it: a run of another namespace comes beside one that reads', kept],
    ['taken out: the same', damaged],
  ] as const) {
    tell('without cursor holder', what, { 'the other ended': other, pages: RECORDS / SPLIT, 'fetched again': again });
  }
});
