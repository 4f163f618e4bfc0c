import { openStage, toCall, toTicket, type Stage } from '../tixngo/fixture';
import { askPage, countTo, injectMany, numbersOf, readAll } from './diff-fixture';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({
    repeatChance: 0,
    accounts: [
      { organizer: 'club', apiKey: 'key-of-the-club' },
      { organizer: 'other', apiKey: 'key-of-the-other' },
    ],
  });
});
beforeEach(() => stage.admin.reset());
afterAll(() => stage.close());

const friend = {
  title: 'Ms',
  email: 'Friend@Example.test',
  firstName: 'Friend',
  lastName: 'Doe',
  dateOfBirth: '1990-02-28',
  organizerSpectatorPreference: { allowPromoEmail: true, allowThirdPartyEmail: false },
};
const details = {
  main: [{ key: 'gate', value: 'N' }],
  extra: [{ key: 'row', value: '1' }],
  hidden: [{ key: 'x', value: 'y' }],
};
const remove = (deletionReason: string) => ({ ticketId: 'T-1', deletionReason, showDeletedTicket: true });
const inject = (changes: Parameters<typeof toTicket>[1] = {}) =>
  stage.client.inject(toCall([toTicket('T-1', changes)]));
const last = async () => (await askPage(stage)).tickets.at(-1);
const walk = async (...steps: readonly Parameters<typeof stage.admin.wallet>[1][]) => {
  for (const step of steps) await stage.admin.wallet('T-1', step, step === 'transfer' ? friend : undefined);
};

describe('a record is told for', () => {
  test('an injection, with owner, holder and the details that are not hidden', async () => {
    await inject({ ticketDetails: details, holder: { firstName: 'Holder' } });
    const { tickets, hasMore } = await askPage(stage);
    expect(hasMore).toBe(false);
    expect(tickets[0]?.changedAt).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(tickets).toEqual([
      {
        changeNumber: 1,
        changedAt: tickets[0]?.changedAt,
        ticketId: 'T-1',
        taxNumber: 'TAX-T-1',
        status: 'INJECTED',
        spectatorDetails: { firstName: 'Zoë', lastName: 'Quux', email: 'zoe.T-1@example.test' },
        holder: { firstName: 'Holder' },
        transferLevel: 0,
        ticketDetails: { main: details.main, extra: details.extra },
      },
    ]);
  });
  test('an update, under the status that the ticket has; the same content again tells nothing', async () => {
    await inject();
    await walk('download');
    await inject({ ticketDetails: details });
    await inject({ ticketDetails: details });
    const { tickets } = await askPage(stage);
    expect(tickets.map(({ status }) => status)).toEqual(['INJECTED', 'DOWNLOADED', 'DOWNLOADED']);
    expect(tickets.at(-1)).toMatchObject({ ticketDetails: { main: details.main } });
  });
  test('a pending transfer: of the recipient the e-mail only, and the owner stays', async () => {
    await inject();
    await walk('download', 'transfer');
    const record = await last();
    expect(record).toMatchObject({
      status: 'PENDING_TRANSFER',
      spectatorDetails: { firstName: 'Zoë' },
      transfer: { from: { email: 'zoe.T-1@example.test' }, to: { email: friend.email } },
      transferLevel: 0,
    });
    expect(JSON.stringify(record)).not.toContain('Doe');
  });
  test('a transfer that is accepted: the recipient owns it, with consents, one level up', async () => {
    await inject();
    await walk('download', 'transfer', 'accept');
    expect(await last()).toMatchObject({
      status: 'TRANSFERRED',
      spectatorDetails: friend,
      transfer: { from: { email: 'zoe.T-1@example.test' }, to: { email: friend.email } },
      transferLevel: 1,
    });
    await inject({ ticketDetails: details });
    const updated = await last();
    expect(updated).toMatchObject({ status: 'TRANSFERRED', transferLevel: 1 });
    expect(updated).not.toHaveProperty('transfer');
  });
  test('a recipient who says nothing about mails agrees to none', async () => {
    await inject();
    await walk('download');
    await stage.admin.wallet('T-1', 'transfer', { email: 'quiet@example.test' });
    await walk('accept');
    expect(await last()).toMatchObject({
      spectatorDetails: { organizerSpectatorPreference: { allowPromoEmail: false, allowThirdPartyEmail: false } },
    });
  });
  test.each([
    ['refuse', 'FAILURE_TRANSFER', 'REFUSED_BY_RECIPIENT'],
    ['cancel', 'FAILURE_TRANSFER', 'CANCELLED_BY_SENDER'],
    ['time-out', 'FAILURE', 'TIMED_OUT'],
  ] as const)('a transfer that ends with %s: %s, the owner stays', async (end, status, reason) => {
    await inject();
    await walk('download', 'transfer', end);
    expect(await last()).toMatchObject({
      status,
      spectatorDetails: { firstName: 'Zoë' },
      transfer: { to: { email: friend.email }, reason },
      transferLevel: 0,
    });
  });
  test.each(['bt', 'manual', 'offline', 'online'] as const)('an activation by %s, with its time', async (method) => {
    await inject();
    await walk('download', `activate-${method}`);
    const record = await last();
    expect(record).toMatchObject({ activation: { method: method.toUpperCase(), time: record?.changedAt } });
  });
  test('a control, and a deletion with every new reason, until it is confirmed', async () => {
    await inject();
    await stage.client.push('controlTickets', toCall([{ ticketId: 'T-1', controlledAt: '2026-06-14T21:00:00Z' }]));
    for (const reason of ['CANCELLED', 'CANCELLED', 'RESOLD']) {
      await stage.client.push('deleteTickets', toCall([remove(reason)]));
    }
    await walk('confirm-deletion');
    const { tickets } = await askPage(stage);
    expect(tickets.map(({ status, deletion }) => [status, deletion])).toEqual([
      ['INJECTED', undefined],
      ['CONTROLLED', undefined],
      ['DELETION_PENDING', { reason: 'CANCELLED', visible: true }],
      ['DELETION_PENDING', { reason: 'RESOLD', visible: true }],
      ['DELETED', { reason: 'RESOLD', visible: true }],
    ]);
  });
  test('a deletion that confirms itself, without anybody asking for the ticket', async () => {
    const quick = await openStage({ deletionDelayMs: 0, repeatChance: 0 });
    await quick.client.inject(toCall([toTicket('T-1')]));
    await quick.client.push('deleteTickets', toCall([remove('CANCELLED')]));
    const { tickets } = await askPage(quick);
    expect(tickets.map(({ status }) => status)).toEqual(['INJECTED', 'DELETION_PENDING', 'DELETED']);
    await quick.close();
  });
});

describe('pages', () => {
  test.each([1, 7, 120, 1000])('of at most %i records tell every change once, in order', async (limit) => {
    await injectMany(stage, 120);
    const pages = await readAll(stage, { limit });
    expect(numbersOf(pages)).toEqual(countTo(120));
    expect(pages.map(({ tickets }) => tickets.length)).toEqual(
      Array.from({ length: Math.ceil(120 / limit) }, (_, page) => Math.min(limit, 120 - page * limit)),
    );
  });
  test('hold 1000 records when no limit is said', async () => {
    await stage.admin.records({ count: 1001, ticketIds: countTo(100).map(String) });
    expect((await readAll(stage)).map(({ tickets }) => tickets.length)).toEqual([1000, 1]);
  });
  test('the key of the last page goes on from there, and stays while nothing happens', async () => {
    await injectMany(stage, 2);
    const { paginationKey } = await askPage(stage);
    expect(await askPage(stage, { paginationKey })).toMatchObject({ tickets: [], paginationKey, hasMore: false });
    await stage.admin.wallet('T-001', 'download');
    expect((await askPage(stage, { paginationKey })).tickets).toMatchObject([
      { changeNumber: 3, status: 'DOWNLOADED' },
    ]);
  });
  test('the key of an empty log tells what comes after', async () => {
    const { paginationKey, hasMore } = await askPage(stage);
    expect(hasMore).toBe(false);
    await injectMany(stage, 1);
    expect(numbersOf([await askPage(stage, { paginationKey })])).toEqual([1]);
  });
  test('change numbers rise over all accounts, and each account sees its own', async () => {
    const other = stage.openClient({ apiKey: 'key-of-the-other' });
    await injectMany(stage, 1);
    await other.inject(toCall([toTicket('O-1')]));
    await stage.admin.wallet('T-001', 'download');
    expect(numbersOf([await askPage(stage)])).toEqual([1, 3]);
    expect(numbersOf([await askPage(stage, { apiKey: 'key-of-the-other' })])).toEqual([2]);
  });
  test.each(['0', '1001', '-1', 'ten', '1.5', ''])('a limit of "%s" is refused', async (limit) => {
    expect(await askPage(stage, { limit })).toMatchObject({ status: 400, error: { code: 'MALFORMED' } });
  });
  test('a query that the document does not know is refused', async () => {
    const response = await fetch(`${stage.sandbox.url}/diff?paginationkey=`, {
      headers: { 'x-api-key': 'key-of-the-club' },
    });
    expect(response.status).toBe(400);
  });
  test('a call is on record with what it asked for', async () => {
    await injectMany(stage, 3);
    const { paginationKey } = await askPage(stage, { limit: 2 });
    await askPage(stage, { paginationKey, limit: 2 });
    expect((await stage.admin.calls('diffTickets')).calls).toMatchObject([
      { status: 200, page: { paginationKey: '', limit: 2, records: 2 } },
      { status: 200, page: { paginationKey, limit: 2, records: 1 } },
    ]);
  });
});

describe('a key has expired', () => {
  const expired = { status: 400, error: { code: 'PAGINATION_KEY_EXPIRED' } };
  test.each(['unknown', '0', '4711', 'ü', 'MS4wLmFiYw'])('that nobody gave: %s', async (paginationKey) => {
    expect(await askPage(stage, { paginationKey })).toMatchObject(expired);
  });
  test('after a reset, although there is a change at its place again', async () => {
    await injectMany(stage, 2);
    const { paginationKey } = await askPage(stage, { limit: 1 });
    await stage.admin.reset();
    await injectMany(stage, 2);
    expect(await askPage(stage, { paginationKey })).toMatchObject(expired);
  });
  test('in another account', async () => {
    await injectMany(stage, 1);
    const { paginationKey } = await askPage(stage);
    expect(await askPage(stage, { paginationKey, apiKey: 'key-of-the-other' })).toMatchObject(expired);
  });
});

describe('repeats', () => {
  const read = async (seed: number) => {
    await stage.admin.reset(seed);
    await stage.admin.repeats(0.5, 3);
    await injectMany(stage, 100);
    return numbersOf(await readAll(stage, { limit: 10 }));
  };
  test('a page begins with up to a few records of the page before, drawn by the seed, and nothing is lost', async () => {
    const numbers = await read(7);
    expect([...new Set(numbers)]).toEqual(countTo(100));
    expect(numbers.length).toBeGreaterThan(100);
    const back = numbers.slice(1).map((number, index) => (numbers[index] ?? 0) - number + 1);
    expect(Math.max(...back)).toBeGreaterThan(1);
    expect(Math.max(...back)).toBeLessThanOrEqual(3);
    expect(await read(7)).toEqual(numbers);
    expect(await read(8)).not.toEqual(numbers);
  });
  test('never fill a page', async () => {
    await stage.admin.repeats(1, 100);
    await injectMany(stage, 5);
    expect([...new Set(numbersOf(await readAll(stage, { limit: 1 })))]).toEqual(countTo(5));
    expect([...new Set(numbersOf(await readAll(stage, { limit: 2 })))]).toEqual(countTo(5));
  });
  test('are on unless the stand-in is told otherwise, and a reset brings that back', async () => {
    const plain = await openStage();
    const repeats = async () => {
      await plain.admin.records({ count: 200, ticketIds: countTo(50).map(String) });
      return numbersOf(await readAll(plain, { limit: 4 })).length > 200;
    };
    expect(await repeats()).toBe(true);
    await plain.admin.reset();
    await plain.admin.repeats(0);
    expect(await repeats()).toBe(false);
    await plain.admin.reset();
    expect(await repeats()).toBe(true);
    await plain.close();
  });
});
