import { type Engine, openEngine } from '../helpers/engine-world';
import { openReading, seedReading } from '../helpers/reading';
import { until } from '../helpers/until';
import { tell } from './helpers/fault';
import type { Rewriting } from './helpers/rewrite';
import { expectReadAndStill, placeOf } from './helpers/wallet';
import { withoutParts } from './helpers/without';

const RECORDS = 600;
const SPLIT = 20;
let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('without-cursor-version', { sandbox: { latencyMs: 2 } });
  // Every commit of the cursor, seen from outside.
  await engine.query(`create table cursor_moves (id bigint generated always as identity, key text not null)`);
  await engine.query(`create function note_move() returns trigger language plpgsql as $$ begin
    insert into cursor_moves (key) values (new.pagination_key); return null; end $$`);
  await engine.query(`create trigger note_move after update of pagination_key on retrieve_cursor
    for each row execute function note_move()`);
});
afterAll(() => engine.close());

/** Takes the compare-and-set away: a page moves the cursor wherever it stands. */
const cursorVersion: readonly Rewriting[] = [
  {
    part: 'and c.version = $5::bigint',
    instead: 'and $5::bigint is not null',
  },
];

/** An attempt whose fetch is slow is left behind by another one of the same run, which reads all; then it wakes up with its page. */
async function wakeUpLate(rewritings: readonly Rewriting[]) {
  await engine.reset();
  await engine.query('truncate cursor_moves');
  await seedReading(engine, { tickets: 60, records: RECORDS, split: SPLIT });
  const { worker, requireUsed } = withoutParts(await engine.openWorker(), rewritings);
  const reading = openReading(engine);
  await reading.open();
  await engine.admin.addFault({ kind: 'latency', minMs: 3_000, maxMs: 3_000, count: 1 });
  const late = reading.pages({ worker });
  await until('the late one fetches', async () => (await engine.admin.callSummary()).inFlight === 1);
  await expect(reading.pages()).resolves.toMatchObject({ stopped: 'done', counts: { records: RECORDS } });
  await expect(late).rejects.toMatchObject({ type: 'SECOND_ATTEMPT' });
  requireUsed();
  const { records } = await reading.close();
  // A page is noted under the key where the cursor stands, which is not its own without the version.
  await engine.query('delete from asked_key');
  const next = await openReading(engine).toEnd();
  const moves = await engine.query<{ key: string }>('select key from cursor_moves order by id');
  const places = moves.map(({ key }) => placeOf(key).next);
  const back = places.filter((place, index) => place < (places[index - 1] ?? 0)).length;
  await expectReadAndStill(engine, engine.url, () => openReading(engine).toEnd());
  return { records: records + next.records, back };
}

test('with the version of the cursor a late page is not written; without it, the cursor goes back and records count twice', async () => {
  const kept = await wakeUpLate([]);
  expect(kept).toEqual({ records: RECORDS, back: 0 });
  const damaged = await wakeUpLate(cursorVersion);
  expect(damaged.back).toBeGreaterThan(0);
  expect(damaged.records).toBeGreaterThan(RECORDS);
  for (const [what, { records, back }] of [
    ['with it: an attempt wakes up after another one has read all', kept],
    ['taken out: the same', damaged],
  ] as const) {
    tell('without cursor version', what, { told: RECORDS, counted: records, 'cursor went back': back });
  }
});
