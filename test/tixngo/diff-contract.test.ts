import { parseDiffPage } from '../../core/messages/parse-diff-page';
import { mobileStatuses } from '../../core/retrieve-status/wallet-record';
import type { RecordsFault } from '../../sandbox/diff-faults';
import { loadDocument } from '../../sandbox/document';
import { countTo } from '../sandbox/diff-fixture';
import { apiKey, openStage, toCall, toTicket, type Stage } from './fixture';

const { checkQuery, checkAnswer } = loadDocument();
const check = (record: unknown) =>
  checkAnswer('diffTickets', 200, { tickets: [record], paginationKey: 'k', hasMore: false });
const least = { changeNumber: 1, changedAt: '2026-06-14T21:00:00Z', ticketId: '1', status: 'INJECTED' };

describe('a request for a page is judged as the document says', () => {
  test.each(['', 'paginationKey=', 'limit=1', 'limit=1000&paginationKey=abc', 'paginationKey=4711'])('%s', (query) => {
    expect(checkQuery('diffTickets', new URLSearchParams(query))).toBeUndefined();
  });
  test.each([
    ['limit=0', '/limit'],
    ['limit=1001', '/limit'],
    ['limit=', '/limit'],
    ['limit=1e3', '/limit'],
    ['page=1', '/page'],
    [`paginationKey=${'x'.repeat(513)}`, '/paginationKey'],
  ])('%s is refused', (query, path) => {
    expect(checkQuery('diffTickets', new URLSearchParams(query))?.path).toBe(path);
  });
});

describe('a record is judged as the document says', () => {
  test.each(mobileStatuses)('%s is a status', (status) => {
    expect(check({ ...least, status })).toBeUndefined();
  });
  test.each([
    { changeNumber: 0 },
    { changeNumber: '1' },
    { changeNumber: 2 ** 53 },
    { changedAt: '2026-06-14' },
    { status: 'LEVITATING' },
    { spectatorDetails: { dateOfBirth: '1990-02-30' } },
    { transferLevel: -1 },
  ])('%j is none', (change) => {
    expect(check({ ...least, ...change })).toBeDefined();
  });
  test.each(['changeNumber', 'changedAt', 'ticketId', 'status'])('%s is required', (name) => {
    expect(check(Object.fromEntries(Object.entries(least).filter(([field]) => field !== name)))?.message).toContain(
      name,
    );
  });
  test.each([400, 410])('an expired key is answered with an error under status %i', (status) => {
    const error = { code: 'PAGINATION_KEY_EXPIRED', message: 'begin anew' };
    expect(checkAnswer('diffTickets', status, { error })).toBeUndefined();
  });
});

describe('what the sandbox tells, the product reads', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ repeatChance: 0 });
  });
  beforeEach(() => stage.admin.reset());
  afterAll(() => stage.close());

  const ask = async (): Promise<unknown> =>
    (await fetch(`${stage.sandbox.url}/diff`, { headers: { 'x-api-key': apiKey } })).json();
  const read = async () => {
    const page = parseDiffPage(await ask());
    if ('problem' in page) throw new Error(page.problem);
    return page;
  };
  const liveAWhile = async () => {
    const tickets = countTo(40).map((number) => toTicket(String(number), { ticketDetails: { main: [], extra: [] } }));
    await stage.client.inject(toCall(tickets));
    await stage.admin.crowd({ seed: 3, steps: 400 });
    await stage.client.push('controlTickets', toCall([{ ticketId: '1', controlledAt: '2026-06-14T21:00:00Z' }]));
    const deletion = { ticketId: '2', deletionReason: 'CANCELLED', showDeletedTicket: true };
    await stage.client.push('deleteTickets', toCall([deletion]));
  };

  test('every record of a crowd, of gates and of deletions, as it was told', async () => {
    await liveAWhile();
    expect(checkAnswer('diffTickets', 200, await ask())).toBeUndefined();
    const told = (await stage.admin.changes()).records;
    const { records, putAside } = await read();
    expect(putAside).toEqual([]);
    expect(records).toMatchObject(
      told.map(({ changeNumber, changedAt, ticketId, status, transferLevel }) => ({
        changeNumber,
        changedAt,
        ticketId,
        status,
        transferLevel,
      })),
    );
    expect(records.map(({ owner }) => owner?.email)).toEqual(
      told.map(({ spectatorDetails }) => spectatorDetails.email),
    );
  });
  test('every made-up record', async () => {
    await stage.admin.records({ count: 1000, ticketIds: countTo(100).map(String) });
    const { records, putAside } = await read();
    expect([records.length, putAside.length]).toEqual([1000, 0]);
  });
  test.each<[RecordsFault['how'], string | undefined]>([
    ['unknown-status', 'UNKNOWN_STATUS'],
    ['missing-field', 'INVALID'],
    ['wrong-type', 'INVALID'],
    ['extra-field', undefined],
    ['huge-details', 'TOO_LARGE'],
    ['birth-date', 'INVALID'],
    ['email', 'INVALID'],
    ['unknown-ticket', undefined],
    ['odd-ticket', 'UNKNOWN_TICKET'],
    ['odd-characters', undefined],
  ])('a record that is spoilt by %s is put aside as %s, the others are not', async (how, reason) => {
    await stage.admin.records({ count: 1000, ticketIds: countTo(100).map(String) });
    await stage.admin.addFault({ kind: 'records', how, ticketIds: ['7'] });
    const { records, putAside } = await read();
    expect(putAside.map((record) => record.reason)).toEqual(reason === undefined ? [] : [reason]);
    expect(records).toHaveLength(1000 - putAside.length);
  });
});
