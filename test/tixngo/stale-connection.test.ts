import { createServer, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FaultInput } from '../../sandbox/faults';
import type { TixngoClient } from '../../tixngo/client';
import { listen } from '../helpers/listen';
import { allow, failureOf, openStage, toCall, toTicket, type Stage } from './fixture';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.admin.reset());
afterAll(() => stage.close());

const tickets = [toTicket('T-1'), toTicket('T-2')];

/** A client with a connection that was used and is kept alive; the next call on it is cut off. */
async function openStale(at: 'before' | 'after' | 'middle' = 'before'): Promise<TixngoClient> {
  const client = stage.openClient();
  await client.inject(toCall([toTicket('T-0')]));
  await stage.admin.addFault({ kind: 'drop', at, count: 1 });
  return client;
}

test('a stale connection that was kept alive is replaced without an error', async () => {
  const client = await openStale();
  expect(await client.inject(toCall(tickets))).toMatchObject({ kind: 'results' });
  const { calls } = await stage.admin.calls();
  expect(calls.map(({ fault, status }) => [fault, status])).toEqual([
    [null, 200],
    ['drop', null],
    [null, 200],
  ]);
  expect(calls[2]?.key).toBe(calls[1]?.key);
});

test('a second reset in a row is an error: one repetition, not more', async () => {
  const client = await openStale();
  await stage.admin.addFault({ kind: 'drop', at: 'before', count: 1 });
  expect(await failureOf(client.inject(toCall(tickets)))).toMatchObject({ reason: 'RESET' });
  expect((await stage.admin.callSummary()).calls).toBe(3);
});

test('a reset of a new connection is an error: it was not idle', async () => {
  await stage.admin.addFault({ kind: 'drop', at: 'before', count: 1 });
  expect(await failureOf(stage.openClient().inject(toCall(tickets)))).toMatchObject({ reason: 'RESET' });
  expect((await stage.admin.callSummary()).calls).toBe(1);
});

test('so is one in the middle of an answer: the connection was alive', async () => {
  const client = await openStale('middle');
  expect(await failureOf(client.inject(toCall(tickets)))).toMatchObject({ reason: 'RESET' });
  expect((await stage.admin.callSummary()).calls).toBe(2);
});

describe('the repetition is refused whole, which says nothing of the sending that the stale connection lost', () => {
  test.each([400, 413, 422] as const)(
    '%i: the call counts as reset, for TIXNGO may have its tickets',
    async (status) => {
      const client = await openStale('after');
      await stage.admin.addFault({ kind: 'status', status, count: 1 });
      const failure = await failureOf(client.inject(toCall(tickets)));
      expect(failure).toMatchObject({ name: 'TixngoUnavailable', reason: 'RESET', status: undefined });
      expect((await stage.admin.stateSummary()).count).toBe(3);
      expect(await client.inject(toCall(tickets))).toMatchObject({ kind: 'results' });
    },
  );

  test.each([409, 422] as const)(
    '%i that names a ticket: a refusal only when the call is made again',
    async (status) => {
      const client = await openStale();
      await stage.admin.addFault({ kind: 'poison', ticketIds: ['T-2'], how: 'call-naming', status });
      expect(await failureOf(client.inject(toCall(tickets)))).toMatchObject({ reason: 'RESET' });
      expect(await client.inject(toCall(tickets))).toMatchObject({
        kind: 'refused-whole',
        named: [{ ticketId: 'T-2' }],
      });
    },
  );
});

/** Each leaves the call without an answer on record, or says ticket by ticket what the wallet has. */
const others: readonly (readonly [FaultInput, object])[] = [
  [
    { kind: 'poison', ticketIds: ['T-2'], how: 'ticket' },
    { kind: 'results', results: [{ outcome: 'ACCEPTED' }, { outcome: 'REJECTED' }] },
  ],
  [
    { kind: 'status', status: 401 },
    { name: 'TixngoKeyRefused', reason: 'STATUS_401' },
  ],
  [
    { kind: 'status', status: 403 },
    { name: 'TixngoKeyRefused', reason: 'STATUS_403' },
  ],
  [
    { kind: 'status', status: 404 },
    { name: 'TixngoContractBroken', reason: 'STATUS_404' },
  ],
  [
    { kind: 'status', status: 409 },
    { name: 'TixngoUnavailable', reason: 'STATUS_409', repeated: true },
  ],
  [
    { kind: 'status', status: 429, retryAfter: '120' },
    { name: 'TixngoUnavailable', retryAfterMs: 120_000, repeated: true },
  ],
];

test.each(others)('the repetition is answered with %j: that is said as it is', async (fault, said) => {
  const client = await openStale();
  await stage.admin.addFault(fault);
  const answered = await client.inject(toCall(tickets)).catch((error: unknown) => error);
  expect(answered).toMatchObject(said);
});

test('a call that only reads has no first sending that matters: a refused pagination key is an answer', async () => {
  const client = stage.openClient();
  await client.diff({ paginationKey: '', limit: 10 });
  await stage.admin.addFault({ kind: 'drop', at: 'before', count: 1 });
  expect(await client.diff({ paginationKey: 'never-given', limit: 10 })).toEqual({ kind: 'key-refused', status: 400 });
  expect((await stage.admin.callSummary()).calls).toBe(3);
});

test('a fault that strikes kept connections alone leaves the first call of each to be answered', async () => {
  const client = stage.openClient();
  await stage.admin.addFault({ kind: 'drop', at: 'before', kept: true });
  expect(await client.inject(toCall([toTicket('T-0')]))).toMatchObject({ kind: 'results' });
  // Struck on the kept one, answered on a new one.
  expect(await client.inject(toCall(tickets))).toMatchObject({ kind: 'results' });
  const { calls } = await stage.admin.calls();
  expect(calls.map(({ fault }) => fault)).toEqual([null, 'drop', null]);
});

test('of several stale connections one costs a sending: the others are given up with it', async () => {
  const gone = new Set<Socket>();
  const waiting: ServerResponse[] = [];
  let resets = 0;
  const server = createServer(({ socket }, response) => {
    if (gone.has(socket)) {
      resets += 1;
      socket.resetAndDestroy();
      return;
    }
    waiting.push(response);
    if (waiting.length === 1 && gone.size === 0) return;
    for (const held of waiting.splice(0)) held.end(JSON.stringify({ organizer: 'club', time: '2026-11-22T10:00:00Z' }));
  });
  const sockets: Socket[] = [];
  server.on('connection', (socket) => sockets.push(socket));
  const url = `http://127.0.0.1:${String(await listen(server))}`;
  const client = stage.openClient({ url: `${url}/organizer/tickets`, allowedHosts: allow(url) });
  try {
    await Promise.all([client.accountStatus(), client.accountStatus()]);
    for (const socket of sockets) gone.add(socket);
    expect(gone.size).toBe(2);
    await client.accountStatus();
    await client.accountStatus();
    expect(resets).toBe(1);
  } finally {
    client.close();
    await new Promise((resolve) => server.close(resolve));
  }
});
