import type { Transaction } from 'kysely';
import {
  applyPage,
  emailsOf,
  identitiesOf,
  type KnownTickets,
  ticketIdsOf,
} from '../../../core/retrieve-status/apply-page';
import { isWalletRecord, parseRecord } from '../../../core/messages/parse-wallet-record';
import type { TicketState } from '../../../core/retrieve-status/page-state';
import type { MobileStatus, WalletRecord } from '../../../core/retrieve-status/wallet-record';
import {
  completePage,
  type LoadedPage,
  loadPage,
  nothingBefore,
  type PageBefore,
  toBefore,
} from '../../../db/queries/retrieve-status/load-page';
import { listReadyPutAside } from '../../../db/queries/retrieve-status/put-aside';
import { writeContacts } from '../../../db/queries/retrieve-status/write-contacts';
import { writePage } from '../../../db/queries/retrieve-status/write-page';
import { inTransaction } from '../../../db/transaction';
import { parseParameters } from '../../../core/parameters/parse-parameters';
import { addTickets } from '../../helpers/engine-seed';
import { openPages, ORGANIZER, type Pages, RUN, toPerson, toRecord } from './page-fixture';

let pages: Pages;
beforeAll(async () => {
  pages = await openPages('any-order');
});
afterAll(() => pages.close());

const change = (
  changeNumber: number,
  ticketId: string,
  [status, from, to]: readonly [MobileStatus, string?, string?],
): WalletRecord => {
  const toEmail = to === undefined ? null : `${to}@example.org`;
  const fromEmail = from === undefined ? null : `${from}@example.org`;
  const isOwner = status === 'TRANSFERRED';
  return toRecord(changeNumber, {
    ticketId,
    status,
    transfer: { fromEmail, toEmail },
    owner: isOwner ? toPerson({ firstName: `${to ?? ''} by ${changeNumber.toString()}`, email: toEmail }) : null,
  });
};
/** Ana sells one ticket on by Ben to Cleo, after a refusal; of the other, Ben's change comes later; a third is given up. */
const records = [
  change(1, '1', ['PENDING_TRANSFER', 'ana.ruiz', 'dan']),
  change(2, '1', ['FAILURE_TRANSFER', 'ana.ruiz', 'dan']),
  change(3, '1', ['PENDING_TRANSFER', 'ana.ruiz', 'ben']),
  change(4, '1', ['TRANSFERRED', 'ana.ruiz', 'ben']),
  change(5, '1', ['PENDING_TRANSFER', 'ben', 'cleo']),
  change(6, '1', ['TRANSFERRED', 'ben', 'cleo']),
  change(7, '2', ['TRANSFERRED', 'ana.ruiz', 'ben']),
  change(8, '2', ['BT_ACTIVATED']),
  change(9, '3', ['PENDING_TRANSFER', 'ana.ruiz', 'eve']),
];

function toWanted(page: readonly WalletRecord[]) {
  const given = { records: page, putAside: [] };
  return {
    organizer: ORGANIZER,
    ticketIds: ticketIdsOf(given),
    emails: emailsOf(given),
    identities: (tickets: KnownTickets) => identitiesOf(given, tickets),
  };
}

async function decide(transaction: Transaction<unknown>, page: readonly WalletRecord[], state: LoadedPage) {
  const effects = applyPage({ records: page, putAside: [] }, state);
  const contactIds = await writeContacts(transaction, { create: effects.createContacts, fill: effects.fillContacts });
  return { ...state, effects, contactIds };
}

async function write(
  transaction: Transaction<unknown>,
  { effects, contactIds }: Awaited<ReturnType<typeof decide>>,
): Promise<'written' | 'moved'> {
  const { rows } = await pages.database.pool.query<{ version: string }>('select version from retrieve_cursor');
  const { putAsideBefore: _, ...counts } = effects.counts;
  return await writePage(transaction, {
    execution: 1,
    organizer: ORGANIZER,
    effects,
    contactIds,
    version: rows[0]?.version ?? '',
    move: { to: 'K' },
    holder: RUN,
    leaseSeconds: 60,
    storeCounts: { pages: 1, ...counts },
  });
}

type Cut = readonly (readonly WalletRecord[])[];

async function oneAfterTheOther(cut: Cut): Promise<void> {
  for (const page of cut) {
    const before = await inTransaction(pages.database, async (transaction) => {
      const decided = await decide(transaction, page, await loadPage(transaction, toWanted(page)));
      expect(await write(transaction, decided)).toBe('written');
      return toBefore(toWanted(page), decided);
    });
    await expectHandedOn(before);
  }
}

/** What a page hands on of its tickets is what Postgres then says of them. */
async function expectHandedOn({ tickets }: PageBefore): Promise<void> {
  const wanted = { ...toWanted([]), ticketIds: [...tickets.keys()] };
  const loaded = await inTransaction(pages.database, (transaction) => loadPage(transaction, wanted));
  expect([...tickets.values()].map(sorted)).toEqual([...tickets.keys()].map((id) => sorted(loaded.tickets.get(id))));
}

function sorted(ticket: TicketState | undefined) {
  const history = [...(ticket?.history ?? [])].sort((left, right) => left.changeNumber - right.changeNumber);
  const distribution = [...(ticket?.distribution ?? [])].sort((l, r) => l.firstChangeNumber - r.firstChangeNumber);
  return { ...ticket, history, distribution };
}

interface Place {
  readonly before: PageBefore;
  /** Resolves when the page before is committed. */
  readonly turn: Promise<void>;
  readonly onLoaded: () => void;
}

const first: Place = { before: nothingBefore, turn: Promise.resolve(), onLoaded: () => undefined };

/** Each page is loaded in a transaction of its own while the one before it holds its locks and has nothing written yet. */
async function eachLoadedAhead([page, ...rest]: Cut, { before, turn, onLoaded }: Place = first): Promise<void> {
  if (page === undefined) {
    onLoaded();
    return;
  }
  const wanted = toWanted(page);
  let commit: () => void = () => undefined;
  const committed = new Promise<void>((resolve) => {
    commit = resolve;
  });
  let others = Promise.resolve();
  await inTransaction(pages.database, async (transaction) => {
    const loaded = await loadPage(transaction, wanted, before);
    onLoaded();
    await turn;
    const state = await completePage(transaction, wanted, { before, loaded });
    if (state === undefined) throw new Error('Nobody else locks e-mails here');
    const decided = await decide(transaction, page, state);
    await new Promise<void>((resolve) => {
      others = eachLoadedAhead(rest, { before: toBefore(wanted, decided), turn: committed, onLoaded: resolve });
    });
    expect(await write(transaction, decided)).toBe('written');
  });
  commit();
  await others;
}

/** What tickets and people end with, contacts by what they hold instead of by number. */
async function applyAll(cut: Cut, apply: (cut: Cut) => Promise<void>) {
  await start();
  await apply(cut);
  return readEnd();
}

async function start(): Promise<void> {
  await pages.reset();
  await addTickets(pages.database.pool, 1, 3);
  await pages.open();
}

async function readEnd() {
  const [row] = await pages.query<Record<string, unknown>>(`select
    (select jsonb_agg(concat_ws(' ', m.ticket_id, m.status, m.change_number, c.email) order by m.ticket_id)
      from mobile_ticket m join ticket t on t.id = m.ticket_id join contact c on c.id = t.current_contact_id) as tickets,
    (select jsonb_agg(concat_ws(' ', d.ticket_id, d.first_change_number, o.email, '>', n.email, d.action, d.status) order by d.ticket_id, d.first_change_number)
      from distribution d left join contact o on o.id = d.old_contact_id left join contact n on n.id = d.new_contact_id) as distribution,
    (select jsonb_agg(concat_ws(' ', c.email, c.first_name, c.has_internet_account, w.change_number) order by c.email)
      from contact c left join wallet_contact w on w.contact_id = c.id) as contacts`);
  return row;
}

const inOrder = {
  tickets: [
    '1 TRANSFERRED 6 cleo@example.org',
    '2 BT_ACTIVATED 8 ben@example.org',
    '3 PENDING_TRANSFER 9 ana.ruiz@example.org',
  ],
  distribution: [
    '1 1 ana.ruiz@example.org > dan@example.org DISTRIBUTE CANCELLED',
    '1 3 ana.ruiz@example.org > ben@example.org DISTRIBUTE CONFIRMED',
    '1 5 ben@example.org > cleo@example.org DISTRIBUTE CONFIRMED',
    '2 7 ana.ruiz@example.org > ben@example.org DISTRIBUTE CONFIRMED',
    '3 9 ana.ruiz@example.org > eve@example.org DISTRIBUTE PENDING',
  ],
  contacts: [
    'ana.ruiz@example.org Ana f',
    'ben@example.org ben by 4 t 4',
    'cleo@example.org cleo by 6 t 6',
    'dan@example.org Pending f',
    'eve@example.org Pending f',
  ],
};
const oneByOne = records.map((record) => [record]);

const cuts: readonly (readonly [name: string, cut: Cut])[] = [
  ['in one page', [records]],
  ['one by one', oneByOne],
  ['backwards', [...oneByOne].reverse()],
  ['backwards within one page', [[...records].reverse()]],
  ['every second one late', [records.filter((_, i) => i % 2 === 0), records.filter((_, i) => i % 2 === 1)]],
  ['ends before beginnings', [records.slice(5), records.slice(2, 5), records.slice(0, 2)]],
  ['all of them three times', [records, records, ...oneByOne]],
];

test.each(cuts)('records end in the same tickets, transfers and contacts: %s', async (_, cut) => {
  expect(await applyAll(cut, oneAfterTheOther)).toEqual(inOrder);
});

test.each(cuts)('and so they do when each page is loaded while the one before is being written: %s', async (_, cut) => {
  expect(await applyAll(cut, eachLoadedAhead)).toEqual(inOrder);
});

test.each(cuts)('and so they do when a ticket was skipped meanwhile, once it is not: %s', async (_, cut) => {
  await start();
  await pages.query(`insert into skip (schedule_id, ticket_id, reason, added_by) values (7, 1, 'r', 'ana')`);
  await eachLoadedAhead(cut);
  expect(await pages.query('select from mobile_ticket_history where ticket_id = 1')).toEqual([]);
  await pages.query('delete from skip');
  const ready = await listReadyPutAside(pages.database, { organizer: ORGANIZER, limit: 100 });
  const kept = ready.map(({ json }) => parseRecord(JSON.parse(json), json)).filter(isWalletRecord);
  expect(kept).toHaveLength(6);
  await oneAfterTheOther([kept]);
  expect(await readEnd()).toEqual(inOrder);
  expect(await pages.query('select from put_aside where applied_at is null')).toEqual([]);
});

test.each([
  ['what came while distribution was off is made up for when it is read again', 0, [records]],
  ['and one by one', 0, oneByOne],
  ['and when it was off for a while only', 5, [...oneByOne].reverse()],
])('%s', async (_, before, again) => {
  await start();
  await oneAfterTheOther([records.slice(0, before)]);
  await distribute(false);
  await oneAfterTheOther([records.slice(before)]);
  expect(await readEnd()).not.toEqual(inOrder);
  await distribute(true);
  await oneAfterTheOther(again);
  expect(await readEnd()).toEqual(inOrder);
});

test('an e-mail of which JavaScript and Postgres know another lower case gets one contact', async () => {
  await start();
  const written = ['İnci@example.org', 'inci@example.org', 'ΝΙΚΟΣ@example.org', 'νικοσ@example.org'];
  const transferred = written.map((email, i) =>
    toRecord(i + 1, {
      ticketId: '1',
      status: 'TRANSFERRED',
      transfer: { fromEmail: null, toEmail: email },
      owner: toPerson({ email }),
    }),
  );
  await eachLoadedAhead([...transferred.map((record) => [record]), transferred]);
  expect(await pages.query(`select email from contact where id > 1 order by id`)).toEqual([
    { email: 'İnci@example.org' },
    { email: 'ΝΙΚΟΣ@example.org' },
  ]);
});

/** As `tixngo apply` saves the parameter. */
async function distribute(on: boolean): Promise<void> {
  const parsed = parseParameters(`enableTicketDistributionToCulturalContact=${String(on)}`);
  if ('problems' in parsed) throw new Error('The parameter is not accepted');
  await pages.query('update interface set parameters = $1 where id = 1', [JSON.stringify(parsed.parameters)]);
}
