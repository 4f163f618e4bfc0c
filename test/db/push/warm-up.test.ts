import { loadTickets } from '../../../db/queries/inject-tickets/load-tickets';
import { warmUp } from '../../../db/queries/push/warm-up';
import { openRun } from '../../helpers/engine-run';
import { addTickets } from '../../helpers/engine-seed';
import { type Engine, openEngine } from '../../helpers/engine-world';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('warm-up');
});
afterAll(() => engine.close());

test('a warm pool has planned each statement of a range on so many connections, and nothing was changed by it', async () => {
  const { pool } = engine.worker.database;
  await addTickets(engine.database.pool, 1, 50);
  const countRows = () =>
    engine.query('select (select count(*) from call_slot where token > 0) + (select count(*) from call) as n');
  const before = await countRows();
  await warmUp(engine.worker.database, 3, (given) => loadTickets(given, { ticketIds: [], scheduleId: '0' }));
  expect(await countRows()).toEqual(before);
  expect(pool.totalCount).toBe(3);
  const clients = await Promise.all([1, 2, 3].map(() => pool.connect()));
  const known = await Promise.all(
    clients.map(async (client) => {
      const { rows } = await client.query<{ name: string }>(
        'select name from pg_prepared_statements where generic_plans > 0 order by name',
      );
      return rows.map(({ name }) => name);
    }),
  );
  for (const client of clients) client.release();
  const statements = [
    'inject-load-tickets',
    'push-load-plan',
    'push-open-range',
    'push-record-and-announce',
    'push-take-slot',
  ];
  expect(known).toEqual([statements, statements, statements]);
  expect(await openRun(engine).toEnd()).toMatchObject({ outcome: 'OK', delivered: 50 });
});
