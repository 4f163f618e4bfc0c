import { differs, s360Statuses } from '../../core/drift';
import { mobileStatuses } from '../../core/retrieve-status/wallet-record';
import { listDrift } from '../../db/queries/operations/list-drift';
import { readWalletStory } from '../../db/queries/operations/read-wallet-story';
import { addClub, addTickets } from '../helpers/engine-seed';
import { openPages, type Pages } from './retrieve-status/page-fixture';

let pages: Pages;
beforeAll(async () => {
  pages = await openPages('wallet-operations');
});
beforeEach(() => pages.reset());
afterAll(() => pages.close());

const drift = (wanted: Partial<Parameters<typeof listDrift>[1]> = {}) =>
  listDrift(pages.database, { limit: 1_000, ...wanted });
const at = (time: string) => Date.parse(`2026-11-20T${time}:00Z`);

const combinations = s360Statuses.flatMap((status) =>
  [null, ...mobileStatuses].flatMap((mobile) => [true, false].map((injected) => ({ status, mobile, injected }))),
);

test('a ticket is listed exactly where its two statuses do not correspond', async () => {
  await addTickets(pages.database.pool, 1, combinations.length);
  await pages.query(
    `with given as (select ordinality as id, c ->> 'status' as status, c ->> 'mobile' as mobile, (c -> 'injected')::boolean as injected
       from jsonb_array_elements($1::jsonb) with ordinality as g(c, ordinality)),
     printed as (update ticket t set status = g.status, controlled_at = now() from given g where g.id = t.id),
     marked as (insert into processed (ticket_id, function, organizer, execution_id, sent_at)
       select id, 'inject-tickets', 'club', 1, now() from given where injected)
     insert into mobile_ticket (ticket_id, status, change_number, changed_at) select id, mobile, 1, now() from given where mobile is not null`,
    [JSON.stringify(combinations)],
  );
  const expected = combinations.flatMap(({ status, mobile, injected }, i) =>
    differs(status, mobile, injected) ? [`${(i + 1).toString()} ${status} ${mobile ?? 'none'}`] : [],
  );
  const { total, counts, tickets } = await drift();
  expect(tickets.map(({ ticketId, status, mobile }) => `${ticketId} ${status} ${mobile ?? 'none'}`).sort()).toEqual(
    [...expected].sort(),
  );
  expect(total).toBe(expected.length);
  expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(total);
});

describe('drift', () => {
  beforeEach(async () => {
    await addTickets(pages.database.pool, 1, 5);
    await addClub(pages.database.pool, { id: 2, name: 'fcy' });
    await pages.query(`insert into ticket (id, organization_id, ticket_number, product_id, price, currency, kind, status, status_changed_at)
        values (20, 2, 'C1', 2, 1, 'CHF', 'CARD', 'PRINTED', '2026-11-20T08:00:00Z');
      insert into processed (ticket_id, function, organizer, execution_id, sent_at) values
        (1, 'inject-tickets', 'club', 1, '2026-11-20T09:00:00Z'), (2, 'inject-tickets', 'club', 1, '2026-11-20T09:00:00Z'),
        (3, 'inject-tickets', 'club', 1, '2026-11-20T09:00:00Z'), (20, 'inject-privileges', 'club', 1, '2026-11-20T07:00:00Z');
      insert into ticket_outcome (ticket_id, function, execution_id, outcome, code, attempted_at)
        values (4, 'inject-tickets', 1, 'UNKNOWN', 'X', '2026-11-20T09:30:00Z'), (5, 'inject-tickets', 1, 'REFUSED', 'X', now());
      insert into mobile_ticket (ticket_id, status, change_number, changed_at) values
        (1, 'DOWNLOADED', 1, '2026-11-20T11:00:00Z'), (2, 'DELETED', 1, '2026-11-20T12:00:00Z')`);
    await pages.query(`update ticket set status = 'CANCELLED', invalidation_reason = 'R', status_changed_at = '2026-11-20T10:00:00Z' where id = 1;
      update ticket set status = 'PRINTED', status_changed_at = '2026-11-20T08:00:00Z' where id in (2, 3);
      update ticket set status = 'INVALIDATED', status_changed_at = '2026-11-20T09:15:00Z' where id in (4, 5)`);
  });

  test('says since when, the longest first, and counts by the two statuses', async () => {
    const { tickets, counts, total, younger } = await drift();
    expect(younger).toBe(0);
    expect(tickets.map(({ ticketId, sinceMs }) => [ticketId, sinceMs])).toEqual([
      // Never read back: since it was sent, or printed.
      ['20', at('08:00')],
      ['3', at('09:00')],
      // Its injection has an unknown outcome, and it was taken back before that.
      ['4', at('09:30')],
      // Cancelled, while the wallet went on.
      ['1', at('10:00')],
      // Deleted in the wallet.
      ['2', at('12:00')],
    ]);
    expect(tickets[3]).toMatchObject({
      ticketNumber: 'N1',
      organization: 'FCX',
      kind: 'TICKET',
      status: 'CANCELLED',
      invalidationReason: 'R',
      mobile: 'DOWNLOADED',
    });
    expect(total).toBe(5);
    expect(counts[0]).toEqual({ status: 'PRINTED', mobile: null, count: 2 });
  });

  test('is narrowed by organization and age, and read in pages', async () => {
    const ids = async (wanted: Parameters<typeof drift>[0]) =>
      (await drift(wanted)).tickets.map(({ ticketId }) => ticketId).join();
    expect(await ids({ organizationId: '2' })).toBe('20');
    expect([await ids({ limit: 2 }), await ids({ limit: 2, offset: 2 }), await ids({ limit: 2, offset: 5 })]).toEqual([
      '20,3',
      '4,1',
      '',
    ]);
    const [age] = await pages.query<{ seconds: number }>(
      `select extract(epoch from now() - '2026-11-20T09:45:00Z'::timestamptz)::float8 as seconds`,
    );
    expect(await drift({ olderThanSeconds: age?.seconds ?? 0, limit: 1 })).toMatchObject({
      total: 3,
      younger: 2,
      tickets: [{ ticketId: '20' }],
    });
  });
});

test('the story of a ticket: its state, changes, transfers and whether its seat may be sold again', async () => {
  await addTickets(pages.database.pool, 1, 2);
  await pages.open();
  await pages.query(`update ticket set status = 'INVALIDATED' where id = 1;
    insert into mobile_ticket (ticket_id, status, change_number, changed_at, owner, transfer_level, deletion, read_at)
      values (1, 'DELETED', 9, '2026-11-20T10:00:00Z', '{"o":1}', 2, '{"reason":"R"}', '2026-11-20T10:01:00Z');
    insert into mobile_ticket_history (ticket_id, change_number, status, changed_at, record, execution_id, read_at) values
      (1, 8, 'TRANSFERRED', '2026-11-20T09:00:00Z', '{}', 4, '2026-11-20T09:01:00Z'),
      (1, 9, 'DELETED', '2026-11-20T10:00:00Z', '{}', 5, '2026-11-20T10:01:00Z');
    insert into distribution (ticket_id, first_change_number, old_contact_id, status, changed_at) values (1, 8, 1, 'CONFIRMED', '2026-11-20T09:00:00Z');
    insert into processed (ticket_id, function, organizer, execution_id, sent_at) values (1, 'inject-tickets', 'club', 1, '2026-11-20T09:00:00Z');
    insert into put_aside (organizer, identity, ticket_id, reason, problem, record, execution_id) values ('club', 'x', '1', 'INVALID', '', '{}', 1),
      ('club', 'y', '1', 'SKIPPED', '', '{}', 1), ('club', 'z', '1', 'SKIPPED', '', '{}', 1)`);
  expect(await readWalletStory(pages.database, '1')).toEqual({
    current: {
      status: 'DELETED',
      changeNumber: 9,
      changedAtMs: at('10:00'),
      readAtMs: at('10:01'),
      transferLevel: 2,
      owner: { o: 1 },
      holder: null,
      details: null,
      activation: null,
      deletion: { reason: 'R' },
    },
    history: [
      { changeNumber: 9, status: 'DELETED', changedAtMs: at('10:00'), readAtMs: at('10:01'), run: 5 },
      { changeNumber: 8, status: 'TRANSFERRED', changedAtMs: at('09:00'), readAtMs: at('09:01'), run: 4 },
    ],
    transfers: [
      {
        firstChangeNumber: 8,
        oldContactId: '1',
        newContactId: null,
        action: 'DISTRIBUTE',
        status: 'CONFIRMED',
        changedAtMs: at('09:00'),
      },
    ],
    initialContactId: '1',
    currentContactId: '1',
    seenBy: { run: 1, atMs: at('09:00') },
    putAside: 1,
    kept: 2,
    resale: 'FREE',
  });
  expect(await readWalletStory(pages.database, '2')).toMatchObject({
    current: null,
    history: [],
    transfers: [],
    seenBy: null,
    putAside: 0,
    kept: 0,
    resale: 'VALID',
  });
});

test('what a seat waits for: a lost answer is one that TIXNGO may have, a reprint takes the seat', async () => {
  await addTickets(pages.database.pool, 1, 4);
  await pages.query(`update ticket set status = 'CANCELLED' where id < 4; update ticket set replaces_ticket_id = 3 where id = 4;
    insert into ticket_outcome (ticket_id, function, execution_id, outcome, code) values (1, 'inject-tickets', 1, 'UNKNOWN', 'NO_ANSWER'),
      (2, 'inject-tickets', 1, 'REFUSED', 'X'), (3, 'inject-tickets', 1, 'UNKNOWN', 'NO_ANSWER')`);
  const of = async (id: string) => (await readWalletStory(pages.database, id)).resale;
  expect([await of('1'), await of('2'), await of('3'), await of('4')]).toEqual([
    'WAITING',
    'NOT_IN_WALLET',
    'REPLACED',
    'VALID',
  ]);
});
