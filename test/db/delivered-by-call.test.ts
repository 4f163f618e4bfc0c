import { type OlderDatabase, openOlderDatabase } from '../helpers/older-database';

let older: OlderDatabase;
beforeAll(async () => {
  older = await openOlderDatabase('delivered_by_call', 'm0010-execution-ticket-index');
});
afterAll(() => older.close());

test('a database of the version before keeps the story of every ticket: deliveries move to the call that brought them', async () => {
  const { database } = older;
  await database.pool.query(`
    set session_replication_role = replica;
    select execution_partition_for(25000);
    insert into execution_batch (execution_id, batch, slice, ticket_ids, mark_versions, tried_before)
      values (1, 0, 1, '{13, 11, 12}', '{0, 0, 0}', '{f, f, f}'), (25000, 2, 1, '{11}', '{0}', '{f}'),
        (25000, 3, 1, '{21, 22}', '{0, 0}', '{f, f}');
    insert into call (execution_id, batch, number, range_number, key, positions, worker_id, token, deadline, answered_at, refusal_code)
      values (1, 0, 1, 0, 'a', '{0, 1, 2}', 1, 1, now(), now(), 'WHOLE'), (1, 0, 2, 0, 'b', '{0}', 1, 1, now(), now(), null),
        (1, 0, 3, 0, 'c', '{1, 2}', 1, 1, now(), now(), null), (25000, 2, 1, 0, 'd', '{100}', 1, 1, now(), null, null),
        (25000, 3, 1, 0, 'e', '{151}', 1, 1, now(), now(), null);
    insert into execution_ticket (execution_id, position, ticket_id, outcome, code) values (1, 0, 13, 'DELIVERED', null),
      (1, 1, 11, 'REFUSED', 'X'), (1, 2, 12, 'DELIVERED', null), (1, -1, 99, 'SKIPPED', 'CLAIMED'), (25000, 100, 11, 'DELIVERED', null),
      (25000, 150, 21, 'DELIVERED', null), (25000, 151, 22, 'DELIVERED', null);
    set session_replication_role = default`);
  await database.orm.migrator.up();
  const { rows } = await database.pool.query(
    `select execution_id::integer as run, batch, position, ticket_id::integer as ticket, outcome, code from execution_ticket order by 1, 3`,
  );
  expect(rows).toEqual([
    { run: 1, batch: -1, position: -1, ticket: 99, outcome: 'SKIPPED', code: 'CLAIMED' },
    { run: 1, batch: 0, position: 0, ticket: 13, outcome: 'DELIVERED', code: null },
    { run: 1, batch: 0, position: 1, ticket: 11, outcome: 'REFUSED', code: 'X' },
    { run: 1, batch: 0, position: 2, ticket: 12, outcome: 'DELIVERED', code: null },
    { run: 25_000, batch: 2, position: 100, ticket: 11, outcome: 'DELIVERED', code: null },
    // An ousted attempt had learnt of the first one, and the call was repeated with the other.
    { run: 25_000, batch: 3, position: 150, ticket: 21, outcome: 'DELIVERED', code: null },
    { run: 25_000, batch: 3, position: 151, ticket: 22, outcome: 'DELIVERED', code: null },
  ]);
  const calls = await database.pool.query('select key, delivered from call order by key');
  expect(calls.rows.map(({ key, delivered }: { key: string; delivered: number[] | null }) => [key, delivered])).toEqual(
    [
      ['a', null],
      ['b', [0]],
      ['c', [2]],
      ['d', [100]],
      ['e', [150, 151]],
    ],
  );
  const spans = await database.pool.query(
    `select lowest_ticket_id::integer as lowest, highest_ticket_id::integer as highest from execution_batch order by execution_id, batch`,
  );
  expect(spans.rows).toEqual([
    { lowest: 11, highest: 13 },
    { lowest: 11, highest: 11 },
    { lowest: 21, highest: 22 },
  ]);
  await database.pool.query('select execution_partition_for(45000)');
});
