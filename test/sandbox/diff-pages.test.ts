import { openStage, toCall, toTicket, type Stage } from '../tixngo/fixture';
import { askPage, countTo, injectMany, numbersOf, openTwoAccounts, readAll } from './diff-fixture';

let stage: Stage;
beforeAll(async () => {
  stage = await openTwoAccounts({ repeatChance: 0 });
});
beforeEach(() => stage.admin.reset());
afterAll(() => stage.close());

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
