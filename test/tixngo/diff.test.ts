import { parseAllowedHosts } from '../../core/interface-url';
import type { FaultInput } from '../../sandbox/faults';
import { maxPageBytes } from '../../tixngo/client';
import { apiKey, failureOf, openStage, toCall, toTicket, type Stage } from './fixture';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.admin.reset());
afterAll(() => stage.close());

/** Changes of five tickets with numbers for ids, as S-360 has them. */
async function tellFive(): Promise<void> {
  await stage.admin.repeats(0);
  await stage.client.inject(toCall(['1', '2', '3', '4', '5'].map((ticketId) => toTicket(ticketId))));
}

async function pageOf(paginationKey: string, limit: number, client = stage.client) {
  const answer = await client.diff({ paginationKey, limit });
  if (answer.kind !== 'page') throw new Error('There is no page');
  return answer.page;
}

test('pages follow one another by their key, with at most as many records as were asked for', async () => {
  await tellFive();
  const first = await pageOf('', 3);
  expect(first).toMatchObject({ hasMore: true, putAside: [] });
  expect(first.records.map(({ ticketId, status }) => [ticketId, status])).toEqual([
    ['1', 'INJECTED'],
    ['2', 'INJECTED'],
    ['3', 'INJECTED'],
  ]);
  const second = await pageOf(first.paginationKey, 3);
  expect(second.hasMore).toBe(false);
  expect(second.records.map(({ ticketId }) => ticketId)).toEqual(['4', '5']);
  const { calls } = await stage.admin.calls('diffTickets');
  expect(calls.map(({ page }) => page)).toEqual([
    { paginationKey: '', limit: 3, records: 3 },
    { paginationKey: first.paginationKey, limit: 3, records: 2 },
  ]);
});

test('a key with characters of a URL arrives as it is', async () => {
  const paginationKey = 'a b&c=d/ü#%2F+?';
  await expect(stage.client.diff({ paginationKey, limit: 1 })).resolves.toMatchObject({ kind: 'key-refused' });
  expect((await stage.admin.calls('diffTickets')).calls[0]?.page).toMatchObject({ paginationKey });
});

interface Case {
  readonly fault: FaultInput;
  readonly name: string;
  readonly reason: string;
}

const cases: readonly Case[] = [
  { fault: { kind: 'status', status: 429, retryAfter: '7' }, name: 'TixngoUnavailable', reason: 'STATUS_429' },
  { fault: { kind: 'status', status: 500 }, name: 'TixngoUnavailable', reason: 'STATUS_500' },
  { fault: { kind: 'status', status: 401 }, name: 'TixngoKeyRefused', reason: 'STATUS_401' },
  { fault: { kind: 'status', status: 403 }, name: 'TixngoKeyRefused', reason: 'STATUS_403' },
  { fault: { kind: 'status', status: 404 }, name: 'TixngoContractBroken', reason: 'STATUS_404' },
  { fault: { kind: 'status', status: 410 }, name: 'TixngoContractBroken', reason: 'STATUS_410' },
  { fault: { kind: 'drop', at: 'middle' }, name: 'TixngoUnavailable', reason: 'RESET' },
  { fault: { kind: 'answer', how: 'truncated' }, name: 'TixngoUnavailable', reason: 'UNREADABLE' },
  { fault: { kind: 'answer', how: 'not-json' }, name: 'TixngoUnavailable', reason: 'UNREADABLE' },
  { fault: { kind: 'answer', how: 'html' }, name: 'TixngoUnavailable', reason: 'UNREADABLE' },
  { fault: { kind: 'answer', how: 'empty' }, name: 'TixngoUnavailable', reason: 'UNREADABLE' },
  { fault: { kind: 'answer', how: 'length-too-long' }, name: 'TixngoUnavailable', reason: 'RESET' },
  { fault: { kind: 'answer', how: 'other-shape' }, name: 'TixngoContractBroken', reason: 'SHAPE' },
  { fault: { kind: 'redirect', location: '/elsewhere' }, name: 'TixngoContractBroken', reason: 'STATUS_307' },
];

test.each(cases)(
  'a first page that $fault.kind $fault.status $fault.how strikes: $name $reason',
  async ({ fault, name, reason }) => {
    await tellFive();
    await stage.admin.addFault({ operation: 'diffTickets', ...fault });
    const failure = await failureOf(stage.client.diff({ paginationKey: '', limit: 5 }));
    expect(failure).toMatchObject({ name, reason });
    expect(failure).toHaveProperty('message', expect.stringContaining('GET organizer/tickets/diff'));
    expect(String(failure)).not.toContain(apiKey);
  },
);

test.each([
  { kind: 'silence', at: 'before' },
  { kind: 'silence', at: 'headers' },
  { kind: 'answer', how: 'drip' },
] as const)('%j ends with its deadline', async (fault) => {
  await stage.admin.addFault({ operation: 'diffTickets', ...fault });
  const failure = await failureOf(stage.client.diff({ paginationKey: '', limit: 5, deadlineMs: 150 }));
  expect(failure).toMatchObject({ name: 'TixngoUnavailable', reason: 'TIMEOUT' });
});

test.each(['huge', 'gzip-bomb'] as const)('an answer without end (%s) is given up at its limit', async (how) => {
  await stage.admin.addFault({ operation: 'diffTickets', kind: 'answer', how });
  const client = stage.openClient({ maxAnswerBytes: 1024 * 1024 });
  const failure = await failureOf(client.diff({ paginationKey: '', limit: 5 }));
  expect(failure).toMatchObject({ name: 'TixngoUnavailable', reason: 'TOO_LARGE' });
});

test('a page of a thousand records of the longest that is applied is within the limit', () => {
  expect(maxPageBytes).toBeGreaterThan(1000 * 64 * 1024);
});

test.each([400, 410] as const)(
  '%i to a key that is not known any more is told as such, and to none it is not',
  async (status) => {
    await tellFive();
    const { paginationKey } = await pageOf('', 2);
    await stage.admin.addFault({ operation: 'diffTickets', kind: 'status', status });
    await expect(stage.client.diff({ paginationKey, limit: 2 })).resolves.toEqual({ kind: 'key-refused', status });
    const failure = await failureOf(stage.client.diff({ paginationKey: '', limit: 2 }));
    expect(failure).toMatchObject({ name: 'TixngoContractBroken', reason: `STATUS_${status.toString()}` });
  },
);

test('a host that resolves to an address that is not public is not asked', async () => {
  const client = stage.openClient({
    url: 'https://tixngo.example/organizer/tickets',
    allowedHosts: parseAllowedHosts('tixngo.example').hosts,
    resolve: (_host, _options, done) => {
      done(null, [{ address: '10.0.0.1', family: 4 }]);
    },
  });
  const failure = await failureOf(client.diff({ paginationKey: '', limit: 1 }));
  expect(failure).toMatchObject({ name: 'TixngoAddressRefused' });
});

test('one record that is wrong is put aside, the others stay', async () => {
  await tellFive();
  await stage.admin.addFault({ operation: 'diffTickets', kind: 'records', how: 'huge-details', ticketIds: ['2'] });
  const page = await pageOf('', 5);
  expect(page.records.map(({ ticketId }) => ticketId)).toEqual(['1', '3', '4', '5']);
  expect(page.putAside).toMatchObject([{ ticketId: '2', reason: 'TOO_LARGE' }]);
});
