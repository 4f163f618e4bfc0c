import { parseParameters } from '../../../core/parameters/parse-parameters';
import { nothingWrong } from '../../../core/retrieve-status/wallet-record';
import { addClub, addTickets } from '../../helpers/engine-seed';
import { openPages, type Pages, toPerson, toRecord } from './page-fixture';

let pages: Pages;
beforeAll(async () => {
  pages = await openPages('load-page');
});
beforeEach(async () => {
  await pages.reset();
  await addTickets(pages.database.pool, 1, 4);
  await pages.open();
});
afterAll(() => pages.close());

const load = async (...ticketIds: readonly string[]) => [...(await pages.load({ ticketIds })).tickets.values()];

test('a ticket comes with all that is on record of it', async () => {
  const transfer = { fromEmail: ' Ana.Ruiz@example.org ', toEmail: 'Ben@Example.org' };
  const changes = [
    toRecord(7),
    toRecord(8, { status: 'PENDING_TRANSFER', transfer }),
    toRecord(9, {
      status: 'TRANSFERRED',
      owner: toPerson({ email: 'OWNER@example.org' }),
      transfer: { fromEmail: null, toEmail: ' ' },
    }),
    toRecord(6, { owner: toPerson({ email: 'not.asked@example.org' }) }),
  ];
  await pages.write({
    history: changes,
    current: changes.slice(2, 3),
    distribution: [
      {
        ticketId: '1',
        rows: [
          {
            firstChangeNumber: 8,
            oldContact: { contactId: '1' },
            newContact: null,
            status: 'PENDING',
            changedAt: '2026-11-20T10:00:08.123456Z',
          },
        ],
      },
    ],
  });
  const [ticket] = await load('1');
  const none = { fromEmail: null, toEmail: null, ownerEmail: null };
  const at = (second: number) => `2026-11-20T10:00:0${second.toString()}.000000Z`;
  expect(ticket).toEqual({
    ticketId: '1',
    status: 'NOT_PRINTED',
    initialContactId: '1',
    currentContactId: '1',
    injected: false,
    answerLost: false,
    skipped: false,
    distributes: true,
    history: [
      { changeNumber: 6, changedAt: at(6), status: 'DOWNLOADED', ...none },
      { changeNumber: 7, changedAt: at(7), status: 'DOWNLOADED', ...none },
      {
        changeNumber: 8,
        changedAt: at(8),
        status: 'PENDING_TRANSFER',
        fromEmail: 'ana.ruiz@example.org',
        toEmail: 'ben@example.org',
        ownerEmail: null,
      },
      { changeNumber: 9, changedAt: at(9), status: 'TRANSFERRED', ...none, ownerEmail: 'owner@example.org' },
    ],
    distribution: [
      {
        firstChangeNumber: 8,
        oldContactId: '1',
        newContactId: null,
        status: 'PENDING',
        changedAt: '2026-11-20T10:00:08.123456Z',
      },
    ],
    undistributed: [JSON.parse(changes[2]?.json ?? '')],
    current: { changeNumber: 9, changedAt: at(9) },
  });
});

test('TRANSFERRED records are loaded where rows of them are missing, and where they are to be distributed', async () => {
  const transferred = (changeNumber: number, ticketId: string) =>
    toRecord(changeNumber, { ticketId, status: 'TRANSFERRED', owner: toPerson() });
  const confirmed = (ticketId: string, ...numbers: readonly number[]) => ({
    ticketId,
    rows: numbers.map((firstChangeNumber) => ({
      firstChangeNumber,
      oldContact: null,
      newContact: null,
      status: 'CONFIRMED' as const,
      changedAt: '2026-11-20T10:00:00Z',
    })),
  });
  await pages.write({
    history: [
      transferred(1, '1'),
      transferred(2, '1'),
      transferred(3, '2'),
      transferred(4, '2'),
      toRecord(5, { ticketId: '2' }),
      toRecord(6, { ticketId: '3', status: 'PENDING_TRANSFER' }),
    ],
    distribution: [confirmed('1', 1, 2), confirmed('2', 3)],
  });
  const undistributed = async () =>
    (await load('1', '2', '3', '4')).map((ticket) => ticket.undistributed.map(toChangeNumber));
  expect(await undistributed()).toEqual([[], [3, 4], [], []]);
  await configure(1, 'enableTicketDistributionToCulturalContact=false');
  expect(await undistributed()).toEqual([[], [], [], []]);
});

test('a ticket is injected when an injection of tickets or cards has marked it', async () => {
  await pages.query(`insert into processed (ticket_id, function, organizer, execution_id, sent_at) values
    (1, 'inject-tickets', 'club', 1, now()), (2, 'inject-privileges', 'club', 1, now()), (3, 'push-controlled', 'club', 1, now())`);
  expect((await load('1', '2', '3')).map(({ injected }) => injected)).toEqual([true, true, false]);
});

describe('a ticket is left out', () => {
  const skipped = async () =>
    (await load('1', '2', '3', '4')).map(({ ticketId, skipped: is }) => (is ? ticketId : '')).join('');

  test('by the skip list and by the settings of a schedule of this function', async () => {
    await pages.query(
      `insert into skip (schedule_id, ticket_id, reason, added_by) values (7, 1, 'r', 'ana'), (1, 4, 'r', 'ana')`,
    );
    await pages.query(
      `update schedule set settings = '{"skip": {"ids": ["2"], "ticketNumbers": ["N3", "4"]}}' where id = 7`,
    );
    expect(await skipped()).toBe('123');
  });

  test('no more when that schedule is archived', async () => {
    await pages.query(`insert into skip (schedule_id, ticket_id, reason, added_by) values (7, 1, 'r', 'ana')`);
    await pages.query(`update schedule set archived_at = now() where id = 7`);
    expect(await skipped()).toBe('');
  });
});

describe('organizations that share an account', () => {
  beforeEach(async () => {
    await addClub(pages.database.pool, { id: 2, name: 'fcy' });
    await addClub(pages.database.pool, { id: 3, name: 'fcz' });
    await pages.query(`insert into ticket (id, organization_id, ticket_number, product_id, price, currency)
      select i * 10, i, 'N1', i, 1, 'CHF' from generate_series(2, 3) as i`);
    await configure(2, 'enableTicketDistributionToCulturalContact=false');
  });

  test('each ticket follows the interface of its own organization', async () => {
    await configure(1, 'enableTicketDistributionToCulturalContact=true');
    await pages.query(`insert into schedule (id, interface_id, name, function, launch, settings)
      values (8, 2, 'retrieve', 'retrieve-status', 'MANUAL', '{"skip": {"ids": ["20"], "ticketNumbers": ["N2", "N1"]}}')`);
    expect(
      (await load('1', '20', '30')).map(({ ticketId, distributes, skipped }) => ({ ticketId, distributes, skipped })),
    ).toEqual([
      { ticketId: '1', distributes: true, skipped: false },
      { ticketId: '20', distributes: false, skipped: true },
      { ticketId: '30', distributes: true, skipped: false },
    ]);
  });

  test('a ticket of an organization without an interface of this account is unknown', async () => {
    await pages.query(`insert into organizer_gate (organizer) values ('elsewhere')`);
    await pages.query(
      `update interface set organizer = 'elsewhere' where id = 2; update interface set archived_at = now() where id = 3`,
    );
    expect((await load('1', '20', '30', '999')).map(({ ticketId }) => ticketId)).toEqual(['1']);
  });
});

describe('contacts', () => {
  const ids = async (wanted: Parameters<Pages['load']>[0]) =>
    (await pages.load(wanted)).contacts.map(({ contactId }) => contactId);

  test('are those of the e-mails of the page, however they are written, of transfers on record, and the one a ticket was sold to', async () => {
    await pages.query(`insert into contact (id, first_name, email, kind, has_internet_account, created_at) values
      (2, 'A', 'A@Example.org', 'RELAY', true, '2020-01-02T03:04:05.678901Z'), (3, 'B', 'a@example.org', 'INDIVIDUAL', false, now()),
      (4, 'T', 'to@example.org', 'INDIVIDUAL', false, now()), (5, 'F', 'from@example.org', 'INDIVIDUAL', false, now()),
      (6, 'N', 'named@example.org', 'INDIVIDUAL', false, now()), (7, 'N', null, 'INDIVIDUAL', false, now())`);
    const transfer = { fromEmail: 'From@example.org', toEmail: 'to@example.org' };
    await pages.write({
      history: [
        toRecord(1, { status: 'FAILURE', transfer }),
        toRecord(2, { owner: toPerson({ email: 'named@example.org' }) }),
      ],
    });
    expect(await ids({ emails: ['a@example.org', 'nobody@example.org'] })).toEqual(['2', '3']);
    expect(await ids({ emails: ['a@example.org'], ticketIds: ['1'] })).toEqual(['1', '2', '3', '4', '5']);
    expect((await pages.load({ emails: ['a@example.org'] })).contacts[0]).toEqual({
      contactId: '2',
      email: 'a@example.org',
      temporary: false,
      hasInternetAccount: true,
      kind: 'RELAY',
      createdAt: '2020-01-02T03:04:05.678901Z',
      filledBy: null,
    });
  });

  test.each([
    ['İnci@example.org', 'inci@example.org'],
    ['ΝΙΚΟΣ@example.org', 'νικοσ@example.org'],
    ['Ana@Example.org', 'ana@example.org'],
  ])('of %s are those that Postgres finds, and it alone says by what', async (written, key) => {
    for (const [stored, asked] of [
      [written, key],
      [key, written],
      [written, written],
    ] as const) {
      await pages.query(`insert into contact (id, first_name, email) values (2, 'A', $1)`, [stored]);
      const { contacts, emailKeys } = await pages.load({ emails: [asked] });
      expect(contacts).toMatchObject([{ contactId: '2', email: key }]);
      expect([...emailKeys]).toEqual(asked === key ? [] : [[written, key]]);
      await pages.query(`delete from contact where id = 2`);
    }
  });

  test('are temporary by their name', async () => {
    await pages.write({ createContacts: [{ email: 'a@example.org', person: null, changeNumber: 1 }] });
    expect((await pages.load({ emails: ['a@example.org'] })).contacts).toMatchObject([
      { temporary: true, filledBy: null },
    ]);
  });
});

test('what was put aside before is known within its account, and what is kept of skipped tickets is told apart', async () => {
  await pages.query(
    `insert into put_aside (organizer, identity, reason, problem, record, execution_id, applied_at) values
    ('club', 'change 1 of ticket 1', 'INVALID', '', '{}', 1, null), ('club', 'change 2 of ticket 1', 'INVALID', '', '{}', 1, now()),
    ('elsewhere', 'change 3 of ticket 1', 'INVALID', '', '{}', 1, null), ('club', 'change 4 of ticket 1', 'INVALID', '', '{}', 1, null),
    ('club', 'change 5 of ticket 1', 'SKIPPED', $1, '{}', 1, null), ('club', 'change 6 of ticket 1', 'SKIPPED', 'status is missing', '{}', 1, null),
    ('club', 'change 7 of ticket 1', 'SKIPPED', $1, '{}', 1, now())`,
    [nothingWrong],
  );
  const { knownPutAside } = await pages.load({
    identities: () => [1, 2, 3, 5, 6, 7].map((number) => `change ${number.toString()} of ticket 1`),
  });
  expect([...knownPutAside].sort()).toEqual([
    ['change 1 of ticket 1', 'known'],
    ['change 2 of ticket 1', 'known'],
    ['change 5 of ticket 1', 'kept'],
    ['change 6 of ticket 1', 'keptBroken'],
    ['change 7 of ticket 1', 'known'],
  ]);
});

function toChangeNumber(record: unknown): unknown {
  return typeof record === 'object' && record !== null && 'changeNumber' in record ? record.changeNumber : null;
}

/** As `tixngo apply` saves what is written. */
async function configure(interfaceId: number, text: string): Promise<void> {
  const parsed = parseParameters(text);
  if ('problems' in parsed) throw new Error(`${text} is not accepted`);
  await pages.query('update interface set parameters = $2 where id = $1', [
    interfaceId,
    JSON.stringify(parsed.parameters),
  ]);
}
