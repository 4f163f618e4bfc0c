import { recordsFault, type RecordsFault } from '../../sandbox/diff-faults';
import type { FaultInput } from '../../sandbox/faults';
import { openStage, type Stage } from '../tixngo/fixture';
import { askPage, countTo, injectMany, numbersOf, readAll, type Asked } from './diff-fixture';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ repeatChance: 0 });
});
beforeEach(async () => {
  await stage.admin.reset();
  await injectMany(stage, 100);
});
afterAll(() => stage.close());

const limit = 10;
const ask = (paginationKey: string) => askPage(stage, { paginationKey, limit });
/** Three pages from the beginning: the fault strikes the third. */
const askWith = async (fault: FaultInput) => {
  const first = await ask('');
  const second = await ask(first.paginationKey);
  await stage.admin.addFault(fault);
  return { first, second, third: await ask(second.paginationKey) };
};

describe('a page', () => {
  test('with a key that is stuck tells its records, the key that it was asked with, and that there is more', async () => {
    const { second, third } = await askWith({ kind: 'page', how: 'key-stuck' });
    expect(third).toMatchObject({ paginationKey: second.paginationKey, hasMore: true });
    expect(numbersOf([third])).toEqual([21, 22, 23, 24, 25, 26, 27, 28, 29, 30]);
  });
  test('with a key that goes back gives that of the page before', async () => {
    const { first, third } = await askWith({ kind: 'page', how: 'key-back' });
    expect(third).toMatchObject({ paginationKey: first.paginationKey, hasMore: true });
  });
  test('with an empty key sends the reader to the beginning', async () => {
    const { third } = await askWith({ kind: 'page', how: 'key-empty' });
    expect(third).toMatchObject({ paginationKey: '', hasMore: true });
  });
  test('that is empty for ever gives another key each time, and none of them loses the place', async () => {
    const { second, third } = await askWith({ kind: 'page', how: 'endless', count: 2 });
    const fourth = await ask(third.paginationKey);
    expect([third, fourth]).toMatchObject([
      { tickets: [], hasMore: true },
      { tickets: [], hasMore: true },
    ]);
    expect(new Set([second, third, fourth].map(({ paginationKey }) => paginationKey)).size).toBe(3);
    expect(numbersOf([await ask(fourth.paginationKey)])).toEqual(countTo(30).slice(20));
  });
  test('that is repeated is the one before, with its key', async () => {
    const { second, third } = await askWith({ kind: 'page', how: 'repeated' });
    expect(third).toEqual({ ...second, hasMore: true });
  });
  test('that is reversed begins with the newest record', async () => {
    const { third } = await askWith({ kind: 'page', how: 'reversed' });
    expect(numbersOf([third])).toEqual(countTo(30).slice(20).toReversed());
  });
  test.each([2, 7, 10, 100])(
    'of %i records that comes with late ones tells older after newer, and all of them once',
    async (size) => {
      await stage.admin.addFault({ kind: 'page', how: 'late' });
      const pages = await readAll(stage, { limit: size });
      const numbers = numbersOf(pages);
      expect(numbers).not.toEqual(countTo(100));
      expect(numbers.toSorted((a, b) => a - b)).toEqual(countTo(100));
      expect(pages.every(({ tickets }) => tickets.length > 0 && tickets.length <= size)).toBe(true);
      const newest = pages.map(({ tickets }) => Math.max(...tickets.map(({ changeNumber }) => changeNumber)));
      const isLate = (number: number, page: number) => newest.slice(0, page).some((before) => before > number);
      expect(pages.some(({ tickets }, page) => tickets.some(({ changeNumber }) => isLate(changeNumber, page)))).toBe(
        true,
      );
    },
  );
  test('with late records can be asked for again: the key says what is owed', async () => {
    await stage.admin.addFault({ kind: 'page', how: 'late', count: 1 });
    const { paginationKey } = await ask('');
    expect(await ask(paginationKey)).toEqual(await ask(paginationKey));
  });
});

describe('an expired key', () => {
  const read = async (fault: FaultInput, asked: Asked) => {
    await stage.admin.addFault(fault);
    return askPage(stage, asked);
  };
  test.each([
    [{}, 400],
    [{ status: 400 }, 400],
    [{ status: 410 }, 410],
  ] as const)('%j is answered with its status and code, a reading from the beginning is not', async (given, status) => {
    const { paginationKey } = await ask('');
    const page = await read({ kind: 'expired-key', ...given }, { paginationKey });
    expect(page).toMatchObject({ status, error: { code: 'PAGINATION_KEY_EXPIRED' } });
    expect((await ask('')).status).toBe(200);
  });
});

describe('records are spoilt', () => {
  const spoil = async (fault: Omit<Extract<FaultInput, { kind: 'records' }>, 'kind'>) => {
    await stage.admin.addFault({ kind: 'records', ...fault });
    return ask('');
  };
  const honest = async () => {
    await stage.admin.clearFaults();
    return (await ask('')).tickets;
  };
  test.each<[RecordsFault['how'], object]>([
    ['unknown-status', { status: 'LEVITATING' }],
    ['wrong-type', { changedAt: 42 }],
    ['extra-field', { mood: { weather: 'fair' }, spectatorDetails: { shoeSize: 43 } }],
    ['birth-date', { spectatorDetails: { dateOfBirth: '1990-02-30' } }],
    ['email', { spectatorDetails: { email: 'nobody at all' } }],
    ['unknown-ticket', { ticketId: '99T-001' }],
    ['odd-ticket', { ticketId: 'N-T-001' }],
    ['odd-characters', { ticketDetails: { extra: [{ value: 'nul \u0000, half \ud83d' }] } }],
  ])('%s: the first of the page, the others as they are', async (how, expected) => {
    const { tickets } = await spoil({ how });
    expect(tickets[0]).toMatchObject(expected);
    expect(tickets.slice(1)).toEqual((await honest()).slice(1));
  });
  test('missing-field: the one that is named, or the time', async () => {
    expect((await spoil({ how: 'missing-field' })).tickets[0]).not.toHaveProperty('changedAt');
    await stage.admin.clearFaults();
    expect((await spoil({ how: 'missing-field', field: 'changeNumber' })).tickets[0]).not.toHaveProperty(
      'changeNumber',
    );
  });
  test('huge-details: more than 1 MB', async () => {
    expect(JSON.stringify((await spoil({ how: 'huge-details' })).tickets[0]).length).toBeGreaterThan(1024 * 1024);
  });
  test('an e-mail that is none is told of the recipient of a transfer, too', async () => {
    await stage.admin.wallet('T-001', 'download');
    await stage.admin.wallet('T-001', 'transfer', { email: 'friend@example.test' });
    await stage.admin.addFault({ kind: 'records', how: 'email', ticketIds: ['T-001'], most: 3 });
    const { tickets } = await askPage(stage);
    expect(tickets.at(-1)).toMatchObject({ transfer: { to: { email: 'nobody at all' } } });
  });
  test('as many as are wanted, those of the tickets that are named', async () => {
    const { tickets } = await spoil({ how: 'unknown-status', most: 2, ticketIds: ['T-003', 'T-005', 'T-007'] });
    expect(tickets.filter(({ status }) => status === 'LEVITATING').map(({ ticketId }) => ticketId)).toEqual([
      'T-003',
      'T-005',
    ]);
  });
  test('beside the true ones, so that nothing is lost', async () => {
    const { tickets } = await spoil({ how: 'unknown-status', most: 4, place: 'beside' });
    expect(tickets).toHaveLength(limit + 4);
    expect(tickets.filter(({ status }) => status !== 'LEVITATING')).toEqual(await honest());
  });
  test('in two ways at once', async () => {
    await stage.admin.addFault({ kind: 'records', how: 'unknown-status', most: 2 });
    const { tickets } = await spoil({ how: 'missing-field' });
    expect(tickets.slice(0, 2).map(({ status, changedAt }) => [status, typeof changedAt])).toEqual([
      ['LEVITATING', 'undefined'],
      ['LEVITATING', 'string'],
    ]);
  });
  test('a mistake in a fault is refused', () => {
    expect(recordsFault.safeParse({ kind: 'records', how: 'huge', most: 1 }).success).toBe(false);
  });
});

describe('faults of every operation strike the diff, too', () => {
  const fetchPage = () => fetch(`${stage.sandbox.url}/diff?limit=2`, { headers: { 'x-api-key': 'key-of-the-club' } });
  test.each([429, 500, 503])('status %i with Retry-After', async (status) => {
    await stage.admin.addFault({ kind: 'status', operation: 'diffTickets', status, retryAfter: '7' });
    const response = await fetchPage();
    expect([response.status, response.headers.get('retry-after')]).toEqual([status, '7']);
  });
  test.each(['before', 'after', 'middle'] as const)('a connection that is reset %s', async (at) => {
    await stage.admin.addFault({ kind: 'drop', operation: 'diffTickets', at });
    await expect(fetchPage().then((response) => response.text())).rejects.toThrow();
  });
  test.each(['truncated', 'not-json', 'html', 'empty'] as const)('an answer that is %s', async (how) => {
    await stage.admin.addFault({ kind: 'answer', operation: 'diffTickets', how });
    await expect((await fetchPage()).json()).rejects.toThrow();
  });
  test('a slow answer comes whole', async () => {
    await stage.admin.addFault({ kind: 'answer', operation: 'diffTickets', how: 'drip', everyMs: 1 });
    await stage.admin.addFault({ kind: 'latency', operation: 'diffTickets', minMs: 1, maxMs: 2 });
    expect(numbersOf([await askPage(stage, { limit: 1 })])).toEqual([1]);
  });
  test('one strikes as often as its count says, and shows in the record of the call', async () => {
    await stage.admin.addFault({ kind: 'page', how: 'reversed', count: 1 });
    await stage.admin.addFault({ kind: 'records', how: 'email', probability: 0 });
    await readAll(stage, { limit: 60 });
    expect((await stage.admin.calls('diffTickets')).calls.map(({ fault }) => fault)).toEqual(['page', null]);
  });
  test('those of the diff leave other operations alone', async () => {
    await stage.admin.addFault({ kind: 'page', how: 'reversed', count: 1 });
    await stage.admin.addFault({ kind: 'expired-key' });
    expect(await stage.client.accountStatus()).toMatchObject({ organizer: 'club' });
    expect(numbersOf([await ask('')])).toEqual(countTo(10).toReversed());
  });
});
