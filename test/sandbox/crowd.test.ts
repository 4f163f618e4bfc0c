import type { DiffRecord } from '../../sandbox/diff-record';
import { failureOf, toCall, toTicket, type Stage } from '../tixngo/fixture';
import { countTo, injectMany, numbersOf, openTwoAccounts, readAll } from './diff-fixture';

let stage: Stage;
beforeAll(async () => {
  stage = await openTwoAccounts();
});
beforeEach(() => stage.admin.reset());
afterAll(() => stage.close());

const changes = async (): Promise<readonly DiffRecord[]> => (await stage.admin.changes()).records;
const withoutTimes = (records: readonly DiffRecord[]) =>
  records.map(({ changedAt: _at, activation, ...rest }) => ({ ...rest, method: activation?.method }));

test('the same wallets and the same seed give the same steps, in whatever order the tickets came', async () => {
  const act = async (seed: number, ticketIds: readonly string[]) => {
    await stage.admin.reset();
    for (const ticketId of ticketIds) await stage.client.inject(toCall([toTicket(ticketId)]));
    const report = await stage.admin.crowd({ seed, steps: 60 });
    return { report, records: withoutTimes((await changes()).slice(ticketIds.length)) };
  };
  const first = await act(5, ['A', 'B', 'C', 'D']);
  expect(first.report.steps).toBeGreaterThan(10);
  expect(await act(5, ['D', 'B', 'A', 'C'])).toEqual(first);
  expect(await act(6, ['A', 'B', 'C', 'D'])).not.toEqual(first);
});

test('every step is told by a record, and counted by its action', async () => {
  await injectMany(stage, 50);
  const { tickets, steps, actions } = await stage.admin.crowd({ seed: 1, steps: 400 });
  expect(tickets).toBe(50);
  expect(Object.values(actions).reduce((sum, count) => sum + count, 0)).toBe(steps);
  const records = await changes();
  expect(records.length).toBe(50 + steps);
  const of = (status: string) => records.filter((record) => record.status === status).length;
  expect(actions).toEqual({
    download: of('DOWNLOADED'),
    assign: of('ASSIGNED'),
    transfer: of('PENDING_TRANSFER'),
    accept: of('TRANSFERRED'),
    refuse: records.filter(({ transfer }) => transfer?.reason === 'REFUSED_BY_RECIPIENT').length,
    cancel: records.filter(({ transfer }) => transfer?.reason === 'CANCELLED_BY_SENDER').length,
    'time-out': of('FAILURE'),
    'activate-bt': of('BT_ACTIVATED'),
    'activate-manual': of('MANUAL_ACTIVATED'),
    'activate-offline': of('OFFLINE_ACTIVATED'),
    'activate-online': of('ONLINE_ACTIVATED'),
  });
  expect([...new Set(numbersOf(await readAll(stage, { limit: 30 })))]).toEqual(countTo(records.length));
});

test('new owners are told with everything that a wallet knows, and agreed to mails or not', async () => {
  await injectMany(stage, 50);
  await stage.admin.crowd({ seed: 1, steps: 400 });
  const owners = (await changes())
    .filter(({ status }) => status === 'TRANSFERRED')
    .map((record) => record.spectatorDetails);
  expect(owners.length).toBeGreaterThan(20);
  for (const owner of owners) {
    expect(Object.values(owner).filter((value) => value !== undefined && value !== '')).toHaveLength(12);
  }
  const consents = new Set(owners.map((owner) => owner.organizerSpectatorPreference?.allowPromoEmail));
  expect(consents).toEqual(new Set([true, false]));
});

test('some recipients come several times, some share an e-mail in other letters, nobody sends to themselves', async () => {
  await injectMany(stage, 100);
  await stage.admin.crowd({ seed: 2, steps: 1500 });
  const sent = (await changes()).filter(({ status }) => status === 'PENDING_TRANSFER').map(({ transfer }) => transfer);
  const emails = sent.map((transfer) => transfer?.to.email ?? '');
  const different = new Set(emails);
  expect(different.size).toBeLessThan(emails.length);
  expect(new Set(emails.map((email) => email.toLowerCase())).size).toBeLessThan(different.size);
  expect(sent.filter((transfer) => transfer?.to.email?.toLowerCase() === transfer?.from.email?.toLowerCase())).toEqual(
    [],
  );
});

test('acts on the tickets that are named, or on as many as are wanted, of one account or all', async () => {
  const other = stage.openClient({ apiKey: 'key-of-the-other' });
  await other.inject(toCall([toTicket('O-1')]));
  await injectMany(stage, 20);
  expect(await stage.admin.crowd({ seed: 1, steps: 1, tickets: 5 })).toMatchObject({ tickets: 5 });
  expect(await stage.admin.crowd({ seed: 1, steps: 1 })).toMatchObject({ tickets: 21 });
  expect(await stage.admin.crowd({ seed: 1, steps: 1, organizer: 'other' })).toMatchObject({ tickets: 1 });
  await stage.admin.crowd({ seed: 1, steps: 50, tickets: ['T-003', 'T-004', 'X'], organizer: 'club' });
  const touched = (await changes()).slice(20).map(({ ticketId }) => ticketId);
  expect(touched).toEqual(expect.arrayContaining(['T-003', 'T-004']));
});

test('ends when no ticket can move, and lets deleted and controlled ones be', async () => {
  await injectMany(stage, 3);
  await stage.client.push('controlTickets', toCall([{ ticketId: 'T-001', controlledAt: '2026-06-14T21:00:00Z' }]));
  const deletion = { ticketId: 'T-002', deletionReason: 'CANCELLED', showDeletedTicket: false };
  await stage.client.push('deleteTickets', toCall([deletion]));
  const { steps, actions } = await stage.admin.crowd({ seed: 1, steps: 100_000 });
  expect(steps).toBeLessThan(1000);
  expect(actions.download).toBe(1);
  const { byStatus, tickets } = await stage.admin.state();
  expect(byStatus).toMatchObject({ CONTROLLED: 1, DELETION_PENDING: 1 });
  expect(tickets[2]?.status).toMatch(/_ACTIVATED$/);
});

test.each([{ steps: 1 }, { seed: 1 }, { seed: 1, steps: 0 }, { seed: 1, steps: 1, tickets: [] }])(
  'a mistake is refused: %j',
  async (crowd) => {
    const response = await fetch(`${stage.sandbox.adminUrl}/crowd`, { method: 'POST', body: JSON.stringify(crowd) });
    expect(response.status).toBe(400);
  },
);

test('a step by hand takes no recipient that a record could not tell', async () => {
  await injectMany(stage, 1);
  await stage.admin.wallet('T-001', 'download');
  const friend = { email: 'friend@example.test', dateOfBirth: '30/02/1990' };
  expect(await failureOf(stage.admin.wallet('T-001', 'transfer', friend))).toHaveProperty(
    'message',
    expect.stringContaining('MALFORMED'),
  );
});
