import { openStage, toCall, toTicket, type Stage } from '../tixngo/fixture';
import { askPage, openTwoAccounts } from './diff-fixture';

let stage: Stage;
beforeAll(async () => {
  stage = await openTwoAccounts({ repeatChance: 0 });
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
