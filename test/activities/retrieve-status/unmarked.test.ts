import { type Engine, openEngine, ORGANIZER } from '../../helpers/engine-world';
import { openReading, seedReading } from '../../helpers/reading';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('retrieve-unmarked');
});
afterEach(() => engine.reset());
afterAll(() => engine.close());

test('a record of a ticket that was never marked marks it, and the run says so', async () => {
  await seedReading(engine, { tickets: 3, records: 9 });
  await engine.query(`delete from processed where ticket_id = 2`);
  await engine.query(`update ticket set status = 'NOT_PRINTED' where id = 2`);
  await expect(openReading(engine).toEnd()).resolves.toMatchObject({ outcome: 'WARNING', seen: 1, applied: 9 });
  expect(await engine.query('select organizer from processed where ticket_id = 2')).toEqual([{ organizer: ORGANIZER }]);
  expect(await engine.query('select status from ticket where id = 2')).toEqual([{ status: 'PRINTED' }]);
});

test('a ticket whose answer was lost is marked by its record, and that is no surprise', async () => {
  await seedReading(engine, { tickets: 3, records: 9 });
  await engine.query(`delete from processed where ticket_id = 2`);
  await engine.query(
    `insert into ticket_outcome (ticket_id, function, execution_id, outcome, code) values (2, 'inject-tickets', 1, 'UNKNOWN', 'ANSWER_LOST')`,
  );
  await expect(openReading(engine).toEnd()).resolves.toMatchObject({ outcome: 'OK', seen: 0, applied: 9 });
  expect(await engine.query('select from processed where ticket_id = 2')).toHaveLength(1);
  expect(await engine.query('select from ticket_outcome')).toEqual([]);
});

test('a ticket that a push holds is marked by that push: its record is read before the answer is on record', async () => {
  await seedReading(engine, { tickets: 3, records: 9 });
  await engine.query(`delete from processed where ticket_id = 2`);
  await engine.query(`insert into claim (ticket_id, execution_id) values (2, 1)`);
  await expect(openReading(engine).toEnd()).resolves.toMatchObject({ outcome: 'OK', seen: 0, applied: 9 });
  expect(await engine.query('select from processed where ticket_id = 2')).toEqual([]);
});
