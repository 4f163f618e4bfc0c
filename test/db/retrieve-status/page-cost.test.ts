import { Kysely, type LogEvent, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import type { PageEffects, TicketState } from '../../../core/retrieve-status/page-state';
import { completePage, loadPage, nothingBefore } from '../../../db/queries/retrieve-status/load-page';
import { writeContacts } from '../../../db/queries/retrieve-status/write-contacts';
import { writePage } from '../../../db/queries/retrieve-status/write-page';
import { addTickets } from '../../helpers/engine-seed';
import { openPages, ORGANIZER, type Pages, RUN, toPageInput, toPerson, toRecord } from './page-fixture';

const tickets = 50_000;
const size = 1_000;

let pages: Pages;
beforeAll(async () => {
  pages = await openPages('page-cost');
  await addTickets(pages.database.pool, 1, tickets);
  await pages.query(`
    insert into contact (id, first_name, last_name, email) select 100 + i, 'F', 'L', 'c' || i || '@example.org' from generate_series(1, 50000) as i;
    insert into processed (ticket_id, function, organizer, execution_id, sent_at) select id, 'inject-tickets', 'club', 1, now() from ticket;
    insert into mobile_ticket (ticket_id, status, change_number, changed_at) select id, 'DOWNLOADED', id, now() from ticket;
    insert into mobile_ticket_history (ticket_id, change_number, status, changed_at, record, execution_id)
      select id, id, 'TRANSFERRED', now(), jsonb_build_object('transfer', jsonb_build_object('to',
        jsonb_build_object('email', 'c' || (id % 50000 + 1) || '@example.org'))), 1 from ticket;
    insert into distribution (ticket_id, first_change_number, status, changed_at) select id, id, 'PENDING', now() from ticket;
    insert into put_aside (organizer, identity, ticket_id, reason, problem, record, execution_id)
      select 'club', 'change ' || i || ' of ticket x' || i, 'x' || i, 'UNKNOWN_TICKET', '', '{}', 1 from generate_series(1000000, 1020000) as i`);
  await pages.open();
}, 120_000);
afterAll(() => pages.close());

/** A page of a thousand transfers all over the tickets, to new people and known ones, every tenth record put aside. */
const chosen = Array.from({ length: size }, (_, i) => (i + 1) * 50);
const transfers = chosen.map((id) =>
  toRecord(tickets + id, {
    ticketId: id.toString(),
    status: 'TRANSFERRED',
    transfer: { fromEmail: `c${(id % 50_000).toString()}@example.org`, toEmail: `new${id.toString()}@example.org` },
  }),
);
const emails = transfers.flatMap(({ transfer }) => [transfer?.fromEmail ?? '', transfer?.toEmail ?? '']);
const effects: Partial<PageEffects> = {
  history: transfers,
  current: transfers,
  seen: transfers.map(({ ticketId }) => ticketId),
  createContacts: transfers.map(({ transfer, changeNumber }) => ({
    email: transfer?.toEmail ?? '',
    person: toPerson({ email: transfer?.toEmail ?? '' }),
    changeNumber,
  })),
  owners: transfers.map(({ ticketId, transfer }) => ({ ticketId, contact: { createdFor: transfer?.toEmail ?? '' } })),
  distribution: transfers.map(({ ticketId, changeNumber, changedAt, transfer }) => ({
    ticketId,
    rows: [
      { firstChangeNumber: Number(ticketId), oldContact: null, newContact: null, status: 'CANCELLED', changedAt },
      {
        firstChangeNumber: changeNumber,
        oldContact: { contactId: '1' },
        newContact: { createdFor: transfer?.toEmail ?? '' },
        status: 'CONFIRMED',
        changedAt,
      },
    ],
  })),
  putAside: chosen.slice(0, 100).map((id) => ({
    identity: `hash ${id.toString()}`,
    ticketId: null,
    reason: 'INVALID',
    problem: 'p',
    json: '{}',
  })),
};

/** Loads the page, half of it again after the page before, and writes it; what it did is undone. */
async function runPage(transaction: Kysely<unknown>): Promise<void> {
  const ticketIds = transfers.map(({ ticketId }) => ticketId);
  const wanted = {
    organizer: ORGANIZER,
    ticketIds,
    emails,
    identities: () =>
      transfers.map(({ changeNumber, ticketId }) => `change ${changeNumber.toString()} of ticket ${ticketId}`),
  };
  const half = transfers.slice(size / 2);
  const before = {
    ticketIds: new Set(half.map(({ ticketId }) => ticketId)),
    emails: new Set(half.map(({ transfer }) => transfer?.toEmail ?? '')),
    tickets: new Map<string, TicketState>(),
    putAside: nothingBefore.putAside,
  };
  const loaded = await loadPage(transaction, wanted, before);
  const completed = await completePage(transaction, wanted, { before, loaded });
  expect(completed?.tickets.size).toBe(size);
  const contactIds = await writeContacts(transaction, {
    create: effects.createContacts ?? [],
    fill: [{ contactId: '1', person: toPerson(), changeNumber: 1 }],
  });
  const input = toPageInput(effects, { execution: 1, contactIds, version: '0', move: { to: 'K' }, holder: RUN });
  expect(await writePage(transaction, input)).toBe('written');
}

const undone = new Error('undone');

/** Runs the page on a connection of its own; gives the statements that went over it, and how Postgres ran them. */
async function watchPage() {
  const plan: string[] = [];
  const statements: string[] = [];
  const pool = new Pool({ connectionString: pages.url, max: 1 });
  pool.on('connect', (client) => {
    client.on('notice', ({ message }) => plan.push(...(message ?? '').split('\n')));
    // The database may be dropped before its server has ended the connection, which is no failure of a test.
    client.on('error', () => undefined);
  });
  const log = ({ query }: LogEvent) => {
    statements.push(query.sql.trim());
  };
  const kysely = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }), log });
  try {
    await pool.query(`load 'auto_explain'; set auto_explain.log_min_duration = 0; set auto_explain.log_analyze = on;
      set auto_explain.log_timing = off; set client_min_messages = log`);
    const run = kysely.transaction().execute(async (transaction) => {
      await runPage(transaction);
      throw undone;
    });
    await expect(run).rejects.toBe(undone);
  } finally {
    await kysely.destroy();
  }
  return { plan, statements };
}

test('a page of a thousand records costs at most 12 statements, each looking up what it needs by key', async () => {
  const { plan, statements } = await watchPage();
  expect(statements[0]).toBe('begin');
  expect(statements.at(-1)).toBe('rollback');
  expect(statements).toHaveLength(8);
  expect(
    plan.filter((line) => /Seq Scan on (?!organization|interface|schedule|skip|execution|retrieve_cursor)/.test(line)),
  ).toEqual([]);
  const counts = plan.flatMap((line) =>
    [/ rows=([\d.]+) loops/, /Rows Removed by .*: (\d+)/].map((count) => count.exec(line)),
  );
  expect(Math.max(...counts.map((count) => Number(count?.[1] ?? 0)))).toBeLessThanOrEqual(6 * size);
});
