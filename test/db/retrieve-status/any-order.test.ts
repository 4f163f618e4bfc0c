import { isWalletRecord, parseRecord } from '../../../core/messages/parse-wallet-record';
import { parseParameters } from '../../../core/parameters/parse-parameters';
import type { MobileStatus, WalletRecord } from '../../../core/retrieve-status/wallet-record';
import { listReadyPutAside } from '../../../db/queries/retrieve-status/put-aside';
import { addTickets } from '../../helpers/engine-seed';
import { type Cut, eachLoadedAhead, oneAfterTheOther } from './apply-pages';
import { openPages, ORGANIZER, type Pages, toPerson, toRecord } from './page-fixture';

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

/** What tickets and people end with, contacts by what they hold instead of by number. */
async function applyAll(cut: Cut, apply: typeof oneAfterTheOther) {
  await start();
  await apply(pages, cut);
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
  await eachLoadedAhead(pages, cut);
  expect(await pages.query('select from mobile_ticket_history where ticket_id = 1')).toEqual([]);
  await pages.query('delete from skip');
  const ready = await listReadyPutAside(pages.database, { organizer: ORGANIZER, limit: 100 });
  const kept = ready.map(({ json }) => parseRecord(JSON.parse(json), json)).filter(isWalletRecord);
  expect(kept).toHaveLength(6);
  await oneAfterTheOther(pages, [kept]);
  expect(await readEnd()).toEqual(inOrder);
  expect(await pages.query('select from put_aside where applied_at is null')).toEqual([]);
});

test.each([
  ['what came while distribution was off is made up for when it is read again', 0, [records]],
  ['and one by one', 0, oneByOne],
  ['and when it was off for a while only', 5, [...oneByOne].reverse()],
])('%s', async (_, before, again) => {
  await start();
  await oneAfterTheOther(pages, [records.slice(0, before)]);
  await distribute(false);
  await oneAfterTheOther(pages, [records.slice(before)]);
  expect(await readEnd()).not.toEqual(inOrder);
  await distribute(true);
  await oneAfterTheOther(pages, again);
  expect(await readEnd()).toEqual(inOrder);
});

/** As `tixngo apply` saves the parameter. */
async function distribute(on: boolean): Promise<void> {
  const parsed = parseParameters(`enableTicketDistributionToCulturalContact=${String(on)}`);
  if ('problems' in parsed) throw new Error('The parameter is not accepted');
  await pages.query('update interface set parameters = $1 where id = 1', [JSON.stringify(parsed.parameters)]);
}
