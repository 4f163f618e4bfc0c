import { parsePageRecord } from '../../core/messages/parse-wallet-record';
import { listPutAside } from '../../db/queries/operations/list-put-aside';
import { listRunPutAside } from '../../db/queries/operations/list-run-put-aside';
import { readPutAside } from '../../db/queries/operations/read-put-aside';
import { type OlderDatabase, openOlderDatabase } from '../helpers/older-database';

let older: OlderDatabase;
beforeAll(async () => {
  older = await openOlderDatabase('put_aside_of_ticket', 'm0012-retrieve-status');
});
afterAll(() => older.close());

test('records put aside by the version before are known by their ticket too; one that names none stays readable', async () => {
  const { database } = older;
  await database.pool.query(`
    insert into put_aside (organizer, identity, ticket_id, reason, problem, record, execution_id) values
      ('club', 'change 7', '98', 'UNKNOWN_TICKET', 'p', '{"changeNumber": 7, "ticketId": "98"}', 3),
      ('club', 'change 8', ' ABC-1 ', 'UNKNOWN_STATUS', 'p', '{"changeNumber": 8, "ticketId": " ABC-1 "}', 3),
      ('club', 'change 9', null, 'INVALID', 'p', '{"changeNumber": 9}', 3),
      ('club', 'change 10', ' ', 'INVALID', 'p', '{"changeNumber": 10, "ticketId": " "}', 3),
      ('club', 'hash 09ab', '99', 'INVALID', 'p', '{"ticketId": "99"}', 3)`);
  await database.orm.migrator.up();
  const { records } = await listPutAside(database, { limit: 10 });
  expect(records.map(({ identity, ticketId }) => [identity, ticketId])).toEqual([
    ['change 7 of ticket 98', '98'],
    ['change 8 of ticket ABC-1', 'ABC-1'],
    ['change 9', null],
    ['change 10', ' '],
    ['hash 09ab', '99'],
  ]);
  for (const { id } of records.slice(0, 2)) {
    const shown = await readPutAside(database, id);
    expect(parsePageRecord(shown?.record)).toMatchObject({ identity: shown?.identity });
  }
  expect(await readPutAside(database, records[2]?.id ?? '')).toMatchObject({ record: { changeNumber: 9 } });
});

test('what a run put aside is found by an index, however much other runs have put aside', async () => {
  const { database } = older;
  await database.pool.query(`
    insert into put_aside (organizer, identity, ticket_id, reason, problem, record, execution_id)
      select 'club', 'hash ' || i, null, 'INVALID', 'p', '{}', 1000 + i % 500 from generate_series(1, 5000) i;
    analyze put_aside`);
  await expect(listRunPutAside(database, { run: 1001, limit: 3 })).resolves.toMatchObject({ total: 10 });
  const { rows } = await database.pool.query<Record<string, string>>(
    'explain select * from put_aside p where p.execution_id = 1001 order by p.id limit 3',
  );
  expect(rows.flatMap((row) => Object.values(row)).join('\n')).toContain('put_aside_run');
});
