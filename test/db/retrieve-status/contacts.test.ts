import { writeContacts, type ContactsToWrite } from '../../../db/queries/retrieve-status/write-contacts';
import { loadPage } from '../../../db/queries/retrieve-status/load-page';
import { inTransaction } from '../../../db/transaction';
import { addTickets } from '../../helpers/engine-seed';
import { until } from '../../helpers/until';
import { eachLoadedAhead } from './apply-pages';
import { openPages, ORGANIZER, type Pages, toPerson, toRecord } from './page-fixture';

let pages: Pages;
beforeAll(async () => {
  pages = await openPages('contacts');
});
beforeEach(() => pages.reset());
afterAll(() => pages.close());

const write = (contacts: Partial<ContactsToWrite>) =>
  inTransaction(pages.database, (transaction) => writeContacts(transaction, { create: [], fill: [], ...contacts }));
const contact = async (id: string) => {
  const [row] = await pages.query<Record<string, unknown>>(
    `select c.*, w.change_number from contact c left join wallet_contact w on w.contact_id = c.id where c.id = $1`,
    [id],
  );
  return row;
};
const create = async (changeNumber: number, person: ReturnType<typeof toPerson> | null) => {
  const ids = await write({ create: [{ email: 'ben@example.org', person, changeNumber }] });
  return ids.get('ben@example.org') ?? '';
};

test('a contact from a record has its data, an internet account and the change that filled it', async () => {
  const id = await create(5, toPerson({ email: 'Ben@Example.org', allowThirdPartyEmail: false }));
  expect(id.length).toBeGreaterThan(15);
  expect(await contact(id)).toMatchObject({
    title: null,
    first_name: 'Ben',
    last_name: 'Okri',
    email: 'Ben@Example.org',
    date_of_birth: '1990-02-03',
    nationality: 'CH',
    id_number: 'X1',
    mobile_phone: '+41790000000',
    country: 'FR',
    language: 'fr',
    kind: 'INDIVIDUAL',
    has_internet_account: true,
    consent_institution: true,
    consent_third_party: false,
    change_number: '5',
  });
});

test('an e-mail by which nobody would look the contact up is not kept', async () => {
  const id = await create(5, toPerson({ email: 'ben@elsewhere.org' }));
  expect(await contact(id)).toMatchObject({ email: 'ben@example.org' });
});

test('a contact of which only the e-mail is known is temporary, and any record fills it', async () => {
  const id = await create(5, null);
  expect(await contact(id)).toMatchObject({
    first_name: 'Pending',
    last_name: 'CREATION',
    email: 'ben@example.org',
    has_internet_account: false,
    consent_institution: null,
    change_number: null,
  });
  await write({ fill: [{ contactId: id, person: toPerson(), changeNumber: 9 }] });
  expect(await contact(id)).toMatchObject({ first_name: 'Ben', has_internet_account: true, change_number: '9' });
});

test('a temporary contact that is completed gets every field of the record (domain.md 8.4)', async () => {
  const id = await create(5, null);
  await write({
    fill: [
      {
        contactId: id,
        person: toPerson({ title: 'Dr', email: 'BEN@example.org', allowThirdPartyEmail: false }),
        changeNumber: 9,
      },
    ],
  });
  expect(await contact(id)).toMatchObject({
    title: 'Dr',
    first_name: 'Ben',
    last_name: 'Okri',
    email: 'BEN@example.org',
    date_of_birth: '1990-02-03',
    nationality: 'CH',
    id_number: 'X1',
    mobile_phone: '+41790000000',
    country: 'FR',
    language: 'fr',
    has_internet_account: true,
    consent_institution: true,
    consent_third_party: false,
  });
});

describe('a contact that a record filled', () => {
  test('is mended by a record of a lower change number, never by a later or the same one', async () => {
    const id = await create(5, toPerson());
    for (const changeNumber of [5, 6]) {
      await write({ fill: [{ contactId: id, person: toPerson({ firstName: 'Late' }), changeNumber }] });
      expect(await contact(id)).toMatchObject({ first_name: 'Ben', change_number: '5' });
    }
    await write({ fill: [{ contactId: id, person: toPerson({ firstName: 'Early' }), changeNumber: 4 }] });
    expect(await contact(id)).toMatchObject({ first_name: 'Early', change_number: '4' });
    await write({ fill: [{ contactId: id, person: toPerson({ firstName: 'First' }), changeNumber: 3 }] });
    expect(await contact(id)).toMatchObject({ first_name: 'First', change_number: '3' });
  });

  test.each([`mobile_phone = '+1'`, `has_internet_account = false`, `consent_third_party = true`, `title = 'Dr'`])(
    'is left alone once somebody else has set %s, and offers itself no more',
    async (change) => {
      const id = await create(5, toPerson());
      const filledBy = async () =>
        (await pages.load({ emails: ['ben@example.org'] })).contacts.map((found) => found.filledBy);
      expect(await filledBy()).toEqual([5]);
      await pages.query(`update contact set ${change} where id = $1`, [id]);
      expect(await filledBy()).toEqual([null]);
      await write({ fill: [{ contactId: id, person: toPerson({ firstName: 'Early' }), changeNumber: 4 }] });
      expect(await contact(id)).toMatchObject({ first_name: 'Ben', change_number: '5' });
    },
  );

  test('stays as it is when S-360 had a real name there all along', async () => {
    await write({ fill: [{ contactId: '1', person: toPerson(), changeNumber: 1 }] });
    expect(await contact('1')).toMatchObject({ first_name: 'Ana', change_number: null });
  });
});

test('each new e-mail gets its own contact, and none is created for nothing', async () => {
  const ids = await write({
    create: [
      { email: 'b@example.org', person: null, changeNumber: 1 },
      { email: 'a@example.org', person: toPerson({ email: 'A@example.org' }), changeNumber: 1 },
    ],
  });
  expect(await pages.query(`select id, email from contact where id > 1 order by email collate "C"`)).toEqual([
    { id: ids.get('a@example.org'), email: 'A@example.org' },
    { id: ids.get('b@example.org'), email: 'b@example.org' },
  ]);
  expect(await write({})).toEqual(new Map());
});

test.each([
  ['one e-mail', 1],
  ['more e-mails than Postgres has locks for', 1_500],
])('two accounts that meet %s at once create one contact: the second waits, and finds it', async (_, count) => {
  const emails = ['new@example.org', ...Array.from({ length: count - 1 }, (_e, i) => `n${i.toString()}@example.org`)];
  const find = (organizer: string, wanted: readonly string[], then?: () => Promise<void>) =>
    inTransaction(pages.database, async (transaction) => {
      const { contacts } = await loadPage(transaction, {
        organizer,
        ticketIds: [],
        emails: wanted,
        identities: () => [],
      });
      await then?.();
      const isNew = contacts.every(({ email }) => email !== 'new@example.org');
      if (isNew)
        await writeContacts(transaction, {
          create: [{ email: 'new@example.org', person: null, changeNumber: 1 }],
          fill: [],
        });
      return isNew;
    });
  const waiting = async () => {
    const rows = await pages.query(`select from pg_locks where locktype = 'advisory' and not granted
      and database = (select oid from pg_database where datname = current_database())`);
    return rows.length > 0;
  };
  let second: Promise<boolean> | undefined;
  const first = await find(ORGANIZER, emails, async () => {
    second = find('elsewhere', ['new@example.org']);
    await until('the second waits', waiting);
  });
  expect([first, await second]).toEqual([true, false]);
  expect(await pages.query(`select from contact where email = 'new@example.org'`)).toHaveLength(1);
});

test('contacts with a real name, of which there may be thousands in a page, are not locked', async () => {
  await pages.query(
    `insert into contact (id, first_name, email) select i, 'F', 'c' || i || '@example.org' from generate_series(10, 20) as i`,
  );
  await inTransaction(pages.database, async (transaction) => {
    const emails = Array.from({ length: 11 }, (_, i) => `c${(i + 10).toString()}@example.org`);
    const { contacts } = await loadPage(transaction, {
      organizer: ORGANIZER,
      ticketIds: [],
      emails,
      identities: () => [],
    });
    expect(contacts).toHaveLength(11);
    expect(
      await pages.query(`select mode from pg_locks where locktype = 'advisory'
      and database = (select oid from pg_database where datname = current_database())`),
    ).toEqual([{ mode: 'ShareLock' }]);
  });
});

test('an e-mail of which JavaScript and Postgres know another lower case gets one contact', async () => {
  await addTickets(pages.database.pool, 1, 3);
  await pages.open();
  const written = ['İnci@example.org', 'inci@example.org', 'ΝΙΚΟΣ@example.org', 'νικοσ@example.org'];
  const transferred = written.map((email, i) =>
    toRecord(i + 1, {
      ticketId: '1',
      status: 'TRANSFERRED',
      transfer: { fromEmail: null, toEmail: email },
      owner: toPerson({ email }),
    }),
  );
  await eachLoadedAhead(pages, [...transferred.map((record) => [record]), transferred]);
  expect(await pages.query(`select email from contact where id > 1 order by id`)).toEqual([
    { email: 'İnci@example.org' },
    { email: 'ΝΙΚΟΣ@example.org' },
  ]);
});
