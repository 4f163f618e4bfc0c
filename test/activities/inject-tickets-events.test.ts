import { Kysely, PostgresDialect } from 'kysely';
import { findEvents } from '../../activities/inject-tickets-events';
import type { Database } from '../../db/database';
import { type Engine, openEngine } from '../helpers/engine-world';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('events');
});
beforeEach(() => engine.reset());
afterAll(() => engine.close());

const key = { performanceId: '1', productId: '1' };

/** The database of a worker that counts its statements. */
function openCounting(): { readonly database: Database; readonly statements: () => number } {
  const { pool } = engine.database;
  let statements = 0;
  const kysely = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool }),
    log: () => {
      statements += 1;
    },
  });
  return { database: { kysely, pool, close: () => Promise.resolve() }, statements: () => statements };
}

test('the lanes of a run share what one of them has read of an event, also while it is being read', async () => {
  const { database, statements } = openCounting();
  const lanes = await Promise.all(Array.from({ length: 8 }, () => findEvents(database, 'run 1', [key, key])));
  const later = await findEvents(database, 'run 1', [key]);
  expect(statements()).toBe(1);
  expect(new Set([...lanes, later].map((events) => events.get('performance 1')?.name)).size).toBe(1);
  expect(later.get('performance 1')?.name).toEqual(expect.any(String));
});

test('a new run reads an event anew: what was mended counts at once', async () => {
  const { database } = openCounting();
  await findEvents(database, 'run 1', [key]);
  await engine.query(`update performance set name = 'moved' where id = 1`);
  expect((await findEvents(database, 'run 2', [key])).get('performance 1')?.name).toBe('moved');
});

test('an event that could not be read is read again by the next lane', async () => {
  const { database } = openCounting();
  await engine.query(`alter table performance rename to performance_away`);
  await expect(findEvents(database, 'run 1', [key])).rejects.toThrow('performance');
  await engine.query(`alter table performance_away rename to performance`);
  expect((await findEvents(database, 'run 1', [key])).size).toBe(1);
});
