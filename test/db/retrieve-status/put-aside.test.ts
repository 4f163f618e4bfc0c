import { forgetRetries, listReadyPutAside } from '../../../db/queries/retrieve-status/put-aside';
import { retryPutAside } from '../../../db/queries/operations/retry-put-aside';
import { dropPutAside } from '../../../db/queries/operations/drop-put-aside';
import { listCursors } from '../../../db/queries/operations/list-cursors';
import { listPutAside } from '../../../db/queries/operations/list-put-aside';
import { listRunPutAside } from '../../../db/queries/operations/list-run-put-aside';
import { readPutAside } from '../../../db/queries/operations/read-put-aside';
import { readWalletStory } from '../../../db/queries/operations/read-wallet-story';
import { addTickets } from '../../helpers/engine-seed';
import { openPages, ORGANIZER, type Pages, toRecord } from './page-fixture';

let pages: Pages;
beforeAll(async () => {
  pages = await openPages('put-aside');
});
beforeEach(() => pages.reset());
afterAll(() => pages.close());

const put = async (organizer: string, ticketId: string | null, reason = 'UNKNOWN_TICKET', status = 'DOWNLOADED') => {
  const [row] = await pages.query<{ id: string }>(
    `insert into put_aside (organizer, identity, ticket_id, reason, problem, record, execution_id)
     values ($1, 'hash ' || gen_random_uuid(), $2, $3, 'path', jsonb_build_object('status', $4::text, 'ticketId', $2::text), 5) returning id`,
    [organizer, ticketId, reason, status],
  );
  return row?.id ?? '';
};
const ready = async (after = '0', limit = 100) =>
  (await listReadyPutAside(pages.database, { organizer: ORGANIZER, after, limit })).map(({ id }) => id);

test('a record is ready when its ticket has arrived at its account and its status is known', async () => {
  await addTickets(pages.database.pool, 1, 3);
  const first = await put(ORGANIZER, '1');
  const known = await put(ORGANIZER, '2', 'UNKNOWN_STATUS');
  await put(ORGANIZER, '99');
  await put(ORGANIZER, 'no ticket');
  await put(ORGANIZER, '9'.repeat(40));
  await put(ORGANIZER, null);
  await put(ORGANIZER, '3', 'UNKNOWN_STATUS', 'VAPORIZED');
  await put(ORGANIZER, '3', 'INVALID');
  await put('elsewhere', '1');
  expect(await ready()).toEqual([first, known]);
  const [shown, ...others] = await listReadyPutAside(pages.database, { organizer: ORGANIZER, limit: 1 });
  expect(others).toEqual([]);
  expect(shown).toEqual({
    id: first,
    identity: shown?.identity,
    kept: false,
    retryWanted: false,
    json: '{"status": "DOWNLOADED", "ticketId": "1"}',
  });
  expect(await ready(first)).toEqual([known]);
  await pages.query(`update put_aside set applied_at = now() where id = $1`, [first]);
  expect(await ready()).toEqual([known]);
  await pages.query(`update interface set organizer = 'elsewhere' where id = 1`);
  expect(await ready()).toEqual([]);
});

test('what is kept of a ticket is ready once no schedule of its organization skips the ticket any more', async () => {
  await addTickets(pages.database.pool, 1, 3);
  const kept = await put(ORGANIZER, '1', 'SKIPPED');
  const others = [await put(ORGANIZER, '2', 'SKIPPED'), await put(ORGANIZER, '3', 'SKIPPED')];
  await put(ORGANIZER, '99', 'SKIPPED');
  await pages.query(
    `insert into skip (schedule_id, ticket_id, reason, added_by) values (7, 1, 'r', 'ana'), (1, 2, 'r', 'ana'), (1, 3, 'r', 'ana')`,
  );
  expect(await ready()).toEqual(others);
  const settings = `update schedule set settings = jsonb_set(settings, '{skip}', $1) where id = 7`;
  await pages.query(settings, ['{"ids": ["1"], "ticketNumbers": ["N2"]}']);
  await pages.query('delete from skip where schedule_id = 7');
  expect(await ready()).toEqual(others.slice(1));
  await pages.query(settings, ['{"ids": [], "ticketNumbers": []}']);
  expect(await ready()).toEqual([kept, ...others]);
  expect(await listReadyPutAside(pages.database, { organizer: ORGANIZER, limit: 1 })).toMatchObject([{ kept: true }]);
});

test('whatever an operator wants tried again is ready, while it waits', async () => {
  const invalid = await put(ORGANIZER, null, 'INVALID');
  const done = await put(ORGANIZER, null, 'INVALID');
  await pages.query(`update put_aside set applied_at = now() where id = $1`, [done]);
  expect(await ready()).toEqual([]);
  expect(await retryPutAside(pages.database, [invalid, done, '999'])).toEqual([{ id: invalid, organizer: ORGANIZER }]);
  expect(await ready()).toEqual([invalid]);
  await pages.query(`update put_aside set retry_wanted = true`);
  await forgetRetries(pages.database, [invalid]);
  expect(await ready()).toEqual([]);
});

test('the list shows what waits, by account and reason, without its payload', async () => {
  const first = await put(ORGANIZER, '1');
  const second = await put(ORGANIZER, null, 'INVALID');
  const other = await put('elsewhere', '2');
  await pages.query(`update put_aside set applied_at = now() where id = $1`, [await put(ORGANIZER, '3')]);
  const all = await listPutAside(pages.database, { limit: 2 });
  expect(all).toMatchObject({
    total: 3,
    kept: 0,
    counts: [
      { organizer: ORGANIZER, reason: 'INVALID', count: 1 },
      { organizer: ORGANIZER, reason: 'UNKNOWN_TICKET', count: 1 },
      { organizer: 'elsewhere', reason: 'UNKNOWN_TICKET', count: 1 },
    ],
  });
  expect(all.records.map(({ id }) => id)).toEqual([first, second]);
  const [shown] = all.records;
  expect(shown).toEqual({
    id: first,
    organizer: ORGANIZER,
    identity: shown?.identity,
    ticketId: '1',
    reason: 'UNKNOWN_TICKET',
    problem: 'path',
    run: 5,
    putAtMs: shown?.putAtMs,
    retryWanted: false,
    timeZone: 'UTC',
  });
  const listed = async (wanted: { organizer?: string; reason?: string; after?: string }) =>
    (await listPutAside(pages.database, { limit: 10, ...wanted })).records.map(({ id }) => id);
  expect(await listed({ after: second })).toEqual([other]);
  expect(await listed({ organizer: ORGANIZER, reason: 'INVALID' })).toEqual([second]);
  expect(await listPutAside(pages.database, { limit: 1, organizer: 'nobody' })).toEqual({
    total: 0,
    kept: 0,
    counts: [],
    records: [],
  });
});

test('what is kept of skipped tickets is listed for whoever asks for it, and counted apart', async () => {
  const waiting = await put(ORGANIZER, '1');
  const kept = await put(ORGANIZER, '2', 'SKIPPED');
  await put('elsewhere', '3', 'SKIPPED');
  const list = (wanted: { reason?: string; ids?: readonly string[] }) =>
    listPutAside(pages.database, { organizer: ORGANIZER, limit: 10, ...wanted });
  expect(await list({})).toMatchObject({ total: 1, kept: 1, records: [{ id: waiting }] });
  expect(await list({ reason: 'SKIPPED' })).toMatchObject({ total: 1, kept: 1, records: [{ id: kept }] });
  expect(await list({ ids: [waiting, kept, '999'] })).toMatchObject({
    total: 2,
    records: [{ id: waiting }, { id: kept }],
  });
});

test('what an operator drops waits no more, loses its payload, and stays dropped when TIXNGO tells it again', async () => {
  await pages.open();
  await addTickets(pages.database.pool, 1, 1);
  const lost = await put(ORGANIZER, '1', 'INVALID');
  const kept = await put(ORGANIZER, '1', 'SKIPPED');
  const applied = await put(ORGANIZER, '1');
  const other = await put('elsewhere', '1');
  await pages.query(`update put_aside set applied_at = now() where id = $1`, [applied]);
  await pages.query(`update put_aside set retry_wanted = true where id = $1`, [lost]);
  const drop = (...ids: readonly string[]) => dropPutAside(pages.database, { ids, who: 'ana', reason: 'no ticket' });
  expect(await drop(lost, kept, applied, other, '999')).toEqual([lost, kept, other]);
  expect(await drop(lost)).toEqual([]);

  expect(await pages.query('select id from put_aside where record is not null')).toEqual([{ id: applied }]);
  expect(await listPutAside(pages.database, { limit: 10 })).toEqual({ total: 0, kept: 0, counts: [], records: [] });
  expect(await listCursors(pages.database, [ORGANIZER])).toMatchObject([{ putAside: 0 }]);
  expect(await readWalletStory(pages.database, '1')).toMatchObject({ putAside: 0, kept: 0 });
  const [told] = (await listRunPutAside(pages.database, { run: 5, limit: 1 })).records;
  expect([told?.id, typeof told?.droppedAtMs]).toEqual([lost, 'number']);
  expect(await retryPutAside(pages.database, [lost])).toEqual([]);
  expect(await ready()).toEqual([]);
  expect(await readPutAside(pages.database, lost)).toMatchObject({
    record: null,
    appliedAtMs: null,
    dropped: { who: 'ana', reason: 'no ticket' },
  });
  expect(await pages.query(`select who, action, subject, reason, details from operator_action`)).toEqual([
    {
      who: 'ana',
      action: 'put-aside drop',
      subject: 'organizer club, organizer elsewhere',
      reason: 'no ticket',
      details: { numbers: [lost, kept, other].map(Number) },
    },
  ]);

  await pages.query(`update put_aside set identity = 'change 9 of ticket 1' where id = $1`, [lost]);
  const { knownPutAside } = await pages.load({ identities: () => ['change 9 of ticket 1'] });
  expect([...knownPutAside]).toEqual([['change 9 of ticket 1', 'dropped']]);
  const again = { identity: 'change 9 of ticket 1', ticketId: '1', problem: 'p', json: '{}' } as const;
  await pages.write({ putAside: [{ ...again, reason: 'SKIPPED' }] });
  await pages.write({ history: [toRecord(9)] });
  expect(await pages.write({}, { move: { putAside: [lost] } })).toBe('moved');
  expect(await pages.query('select reason, record, applied_at from put_aside where id = $1', [lost])).toEqual([
    { reason: 'INVALID', record: null, applied_at: null },
  ]);
});

test('one record is shown with its payload, applied or not', async () => {
  const id = await put(ORGANIZER, '1');
  expect(await readPutAside(pages.database, id)).toMatchObject({
    id,
    record: { status: 'DOWNLOADED', ticketId: '1' },
    appliedAtMs: null,
  });
  await pages.query(`update put_aside set applied_at = '2026-11-20T10:00:00Z'`);
  expect(await readPutAside(pages.database, id)).toMatchObject({ appliedAtMs: Date.parse('2026-11-20T10:00:00Z') });
  expect(await readPutAside(pages.database, '12345')).toBeUndefined();
});
