import type { FaultInput } from '../../sandbox/faults';
import { failureOf, openStage, toCall, toTicket, type Stage } from '../tixngo/fixture';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({
    accounts: [
      { organizer: 'club', apiKey: 'key-of-the-club' },
      { organizer: 'other', apiKey: 'key-of-the-other' },
    ],
  });
});
beforeEach(() => stage.admin.reset());
afterAll(() => stage.close());

const recipient = { email: 'friend@example.test', firstName: 'Friend', lastName: 'Doe' };
const remove = (ticketId: string, deletionReason = 'CANCELLED') => ({
  ticketId,
  deletionReason,
  showDeletedTicket: false,
});
const control = (ticketId: string) => ({ ticketId, controlledAt: '2026-06-14T21:00:00Z' });
const ticketOf = async (ticketId: string) =>
  (await stage.admin.state()).tickets.find((ticket) => ticket.ticketId === ticketId);

/** Puts a ticket into the wallets and takes the steps; the answer to what comes last is what a test looks at. */
const prepare = async (...steps: readonly Parameters<typeof stage.admin.wallet>[1][]) => {
  await stage.client.inject(toCall([toTicket('T-1')]));
  for (const step of steps) await stage.admin.wallet('T-1', step, step === 'transfer' ? recipient : undefined);
};
const outcomeOf = async (answer: ReturnType<typeof stage.client.inject>) => {
  const read = await answer;
  const [line] = read.kind === 'results' ? read.results : [];
  return line?.outcome === 'REJECTED' ? line.errors[0]?.code : line?.outcome;
};

describe('injecting', () => {
  test('a new ticket makes it INJECTED, owned by its receiver', async () => {
    await prepare();
    expect(await ticketOf('T-1')).toMatchObject({
      organizer: 'club',
      status: 'INJECTED',
      owner: { firstName: 'Zoë' },
      content: { event: { name: 'Match 1' } },
    });
    expect(await ticketOf('T-1')).toHaveProperty('contentHash', expect.stringMatching(/^[0-9a-f]{64}$/));
  });
  test('the same content again changes nothing, whatever the order of its fields', async () => {
    await prepare();
    const { ticketId, ...rest } = toTicket('T-1');
    expect(await outcomeOf(stage.client.inject(toCall([{ ...rest, ticketId }])))).toBe('ACCEPTED');
    expect((await stage.admin.calls()).tickets['T-1']).toEqual({ received: 2, accepted: 2, changed: 1 });
  });
  test('other content updates event and details of a live ticket, never its owner or status', async () => {
    await prepare('download', 'transfer', 'accept');
    const moved = toTicket('T-1', { event: { id: 'match-1', name: 'Moved' } });
    expect(await outcomeOf(stage.client.inject(toCall([moved])))).toBe('ACCEPTED');
    expect(await ticketOf('T-1')).toMatchObject({
      status: 'TRANSFERRED',
      owner: recipient,
      content: { event: { name: 'Moved' } },
    });
  });
  test('a ticket that is being deleted, or is deleted, is refused', async () => {
    await prepare();
    await stage.client.push('deleteTickets', toCall([remove('T-1')]));
    const again = toTicket('T-1', { sortingKey: '2' });
    expect(await outcomeOf(stage.client.inject(toCall([again])))).toBe('TICKET_DELETED');
    await stage.admin.wallet('T-1', 'confirm-deletion');
    const third = toTicket('T-1', { sortingKey: '3' });
    expect(await outcomeOf(stage.client.inject(toCall([third])))).toBe('TICKET_DELETED');
  });
  test('accounts do not see each other', async () => {
    await prepare();
    const other = stage.openClient({ apiKey: 'key-of-the-other' });
    expect(await outcomeOf(other.push('deleteTickets', toCall([remove('T-1')])))).toBe('TICKET_UNKNOWN');
  });
});

describe('deleting', () => {
  test('is pending until it is confirmed', async () => {
    await prepare('download');
    expect(await outcomeOf(stage.client.push('deleteTickets', toCall([remove('T-1')])))).toBe('ACCEPTED');
    expect(await ticketOf('T-1')).toMatchObject({
      status: 'DELETION_PENDING',
      deletion: { reason: 'CANCELLED', visible: false },
    });
    expect(await stage.admin.wallet('T-1', 'confirm-deletion')).toBe('DELETED');
  });
  test('a later reason is an update of the same deletion, and nothing leaves DELETED', async () => {
    await prepare();
    await stage.client.push('deleteTickets', toCall([remove('T-1', 'RESALE_PENDING')]));
    await stage.admin.wallet('T-1', 'confirm-deletion');
    expect(await outcomeOf(stage.client.push('deleteTickets', toCall([remove('T-1', 'RESOLD')])))).toBe('ACCEPTED');
    expect(await ticketOf('T-1')).toMatchObject({ status: 'DELETED', deletion: { reason: 'RESOLD' } });
  });
  test('an unknown ticket is refused as such', async () => {
    expect(await outcomeOf(stage.client.push('deleteTickets', toCall([remove('T-9')])))).toBe('TICKET_UNKNOWN');
  });
  test('confirms itself when a delay is set', async () => {
    const quick = await openStage({ deletionDelayMs: 0 });
    await quick.client.inject(toCall([toTicket('T-1')]));
    await quick.client.push('deleteTickets', toCall([remove('T-1')]));
    expect((await quick.admin.stateSummary()).byStatus).toEqual({ DELETED: 1 });
    await quick.close();
  });
});

describe('controlling', () => {
  test('any live ticket becomes CONTROLLED, and moves no more', async () => {
    await prepare('download', 'transfer');
    expect(await outcomeOf(stage.client.push('controlTickets', toCall([control('T-1')])))).toBe('ACCEPTED');
    expect(await ticketOf('T-1')).toMatchObject({ status: 'CONTROLLED', controlledAt: '2026-06-14T21:00:00Z' });
    expect(await failureOf(stage.admin.wallet('T-1', 'accept'))).toHaveProperty(
      'message',
      expect.stringContaining('STEP_IMPOSSIBLE'),
    );
  });
  test('an unknown or a deleted ticket is refused', async () => {
    await prepare();
    expect(await outcomeOf(stage.client.push('controlTickets', toCall([control('T-9')])))).toBe('TICKET_UNKNOWN');
    await stage.client.push('deleteTickets', toCall([remove('T-1')]));
    expect(await outcomeOf(stage.client.push('controlTickets', toCall([control('T-1')])))).toBe('TICKET_DELETED');
  });
});

describe('a transfer by hand', () => {
  test('leaves the owner until it is accepted', async () => {
    await prepare('download', 'assign', 'transfer');
    expect(await ticketOf('T-1')).toMatchObject({ status: 'PENDING_TRANSFER', owner: { firstName: 'Zoë' }, recipient });
  });
  test.each(['refuse', 'cancel', 'time-out'] as const)(
    'that ends with %s leaves the ticket with its sender',
    async (end) => {
      await prepare('download', 'transfer', end);
      const ticket = await ticketOf('T-1');
      expect(ticket).toMatchObject({ owner: { firstName: 'Zoë' } });
      expect(ticket).not.toHaveProperty('recipient');
      expect(await stage.admin.wallet('T-1', 'transfer', recipient)).toBe('PENDING_TRANSFER');
    },
  );
  test('without a recipient, or of an unknown ticket, is refused', async () => {
    await prepare('download');
    expect(await failureOf(stage.admin.wallet('T-1', 'transfer'))).toBeDefined();
    expect(await failureOf(stage.admin.wallet('T-9', 'download'))).toHaveProperty(
      'message',
      expect.stringContaining('TICKET_UNKNOWN'),
    );
  });
});

describe('what is not as documented is refused whole', () => {
  const push = async (tickets: readonly unknown[]) => stage.client.inject(toCall(tickets));
  test('a body with a bad ticket names it', async () => {
    const bad = { ...toTicket('T-2'), seat: 'unlisted' };
    expect(await push([toTicket('T-1'), bad])).toMatchObject({
      kind: 'refused-whole',
      status: 400,
      named: [{ ticketId: 'T-2', error: { code: 'INVALID', field: 'seat' } }],
    });
    expect((await stage.admin.stateSummary()).count).toBe(0);
  });
  test('no ticket, or a body that is no JSON', async () => {
    expect(await push([])).toMatchObject({ kind: 'refused-whole', status: 400, named: [] });
    const response = await fetch(stage.sandbox.url, {
      method: 'POST',
      body: '{',
      headers: { 'x-api-key': 'key-of-the-club' },
    });
    expect(response.status).toBe(400);
  });
  test('more than 50 tickets', async () => {
    const tickets = (count: number) => Array.from({ length: count }, (_, index) => toTicket(`T-${String(index)}`));
    expect(await push(tickets(51))).toMatchObject({
      kind: 'refused-whole',
      status: 413,
      error: { code: 'TOO_MANY_TICKETS' },
    });
    expect(await push(tickets(50))).toMatchObject({ kind: 'results' });
  });
  test('a body larger than any call can be', async () => {
    const huge = toTicket('T-1', { event: { id: 'x'.repeat(5_000_000) } });
    expect(await push([huge])).toMatchObject({ kind: 'refused-whole', status: 413, error: { code: 'TOO_LARGE' } });
  });
  test('a ticket twice in one call', async () => {
    expect(await push([toTicket('T-1'), toTicket('T-1')])).toMatchObject({ error: { code: 'DUPLICATE_TICKET' } });
  });
});

describe('idempotency keys', () => {
  const poison: FaultInput = { kind: 'poison', ticketIds: ['T-1'], how: 'ticket' };

  test('replay the first answer, a refusal too', async () => {
    await stage.admin.addFault(poison);
    const call = toCall([toTicket('T-1')]);
    await stage.client.inject(call);
    await stage.admin.clearFaults();
    expect(await outcomeOf(stage.client.inject(call))).toBe('POISON');
    expect((await stage.admin.calls()).calls.map(({ replayed, acted }) => ({ replayed, acted }))).toEqual([
      { replayed: false, acted: true },
      { replayed: true, acted: false },
    ]);
  });
  test('with another body are a conflict', async () => {
    const call = toCall([toTicket('T-1')]);
    await stage.client.inject(call);
    const other = { ...toCall([toTicket('T-2')]), idempotencyKey: call.idempotencyKey };
    expect(await failureOf(stage.client.inject(other))).toMatchObject({ reason: 'STATUS_409' });
  });
  test('mean nothing when the stand-in is told to ignore them', async () => {
    const ignoring = await openStage({ ignoreIdempotencyKeys: true });
    await ignoring.admin.addFault({ ...poison, count: 1 });
    const call = toCall([toTicket('T-1')]);
    expect(await outcomeOf(ignoring.client.inject(call))).toBe('POISON');
    expect(await outcomeOf(ignoring.client.inject(call))).toBe('ACCEPTED');
    await ignoring.close();
  });
});
