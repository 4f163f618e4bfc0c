import { createServer } from 'node:http';
import { openTixngoClient } from '../../tixngo/client';
import type { ResolveAll } from '../../tixngo/guarded-lookup';
import { listen } from '../helpers/listen';
import { allow, apiKey, failureOf, openStage, toCall, toTicket, type Stage } from './fixture';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ apiKeyHeader: 'X-Club-Key' });
});
afterAll(() => stage.close());

const open = (changes: object = {}) => stage.openClient({ apiKeyHeader: 'X-Club-Key', ...changes });

test('the account behind the key is named, with the clock of the other side', async () => {
  const { organizer, time } = await open().accountStatus();
  expect(organizer).toBe('club');
  expect(new Date(time).toISOString()).toBe(time);
});

test('a wrong key, or one in another header, is refused', async () => {
  expect(await failureOf(open({ apiKey: 'other' }).accountStatus())).toMatchObject({
    name: 'TixngoKeyRefused',
    status: 401,
  });
  expect(await failureOf(stage.openClient().accountStatus())).toMatchObject({ name: 'TixngoKeyRefused' });
});

test.each([
  [{ kind: 'status', status: 503 } as const, 'TixngoUnavailable'],
  [{ kind: 'status', status: 400 } as const, 'TixngoContractBroken'],
  [{ kind: 'answer', how: 'not-json' } as const, 'TixngoUnavailable'],
  [{ kind: 'answer', how: 'other-shape' } as const, 'TixngoContractBroken'],
])('a status call that %j strikes fails as %s', async (fault, name) => {
  await stage.admin.addFault(fault);
  expect(await failureOf(open().accountStatus())).toMatchObject({ name });
  await stage.admin.clearFaults();
});

test('deletions and controls go to their own paths', async () => {
  const client = open();
  await client.inject(toCall([toTicket('D-1'), toTicket('C-1')]));
  const accepted = (ticketId: string) => ({
    kind: 'results',
    results: [{ ticketId, outcome: 'ACCEPTED', errors: [] }],
  });
  const deletion = { ticketId: 'D-1', deletionReason: 'CANCELLED', showDeletedTicket: true };
  const control = { ticketId: 'C-1', controlledAt: '2026-06-14T21:00:00Z' };
  expect(await client.push('deleteTickets', toCall([deletion]))).toMatchObject(accepted('D-1'));
  expect(await client.push('controlTickets', toCall([control]))).toMatchObject(accepted('C-1'));
  expect((await stage.admin.state()).byStatus).toEqual({ DELETION_PENDING: 1, CONTROLLED: 1 });
});

test('the key that a call carries is the one that arrives', async () => {
  await stage.admin.reset();
  const call = toCall([toTicket('K-1')]);
  await open().inject(call);
  expect((await stage.admin.calls()).calls[0]?.key).toBe(call.idempotencyKey);
});

test('connections are kept alive and used again', async () => {
  const ports = new Set<number | undefined>();
  const server = createServer((request, response) => {
    ports.add(request.socket.remotePort);
    response.end('{"organizer":"club","time":"2026-01-01T00:00:00Z"}');
  });
  const url = `http://127.0.0.1:${String(await listen(server))}/organizer/tickets`;
  const client = openTixngoClient({ url, allowedHosts: allow(url), apiKey });
  for (let call = 0; call < 5; call += 1) await client.accountStatus();
  client.close();
  await new Promise((resolve) => server.close(resolve));
  expect(ports.size).toBe(1);
});

test('a port where nobody listens is unavailable', async () => {
  const gone = await openStage();
  await gone.close();
  const client = openTixngoClient({ url: gone.sandbox.url, allowedHosts: allow(gone.sandbox.url), apiKey });
  expect(await failureOf(client.inject(toCall([toTicket('T-1')])))).toMatchObject({
    name: 'TixngoUnavailable',
    reason: 'REFUSED',
  });
});

test('a proxy of the environment is not asked', async () => {
  const before = { ...process.env };
  Object.assign(process.env, {
    HTTP_PROXY: 'http://127.0.0.1:9',
    http_proxy: 'http://127.0.0.1:9',
    NO_PROXY: '',
    no_proxy: '',
  });
  try {
    expect(await open().accountStatus()).toMatchObject({ organizer: 'club' });
  } finally {
    process.env = before;
  }
});

test('an answer larger than the limit that was set is not read', async () => {
  expect(await failureOf(open({ maxAnswerBytes: 20 }).accountStatus())).toMatchObject({ reason: 'TOO_LARGE' });
});

describe('a failure tells neither the key nor what was sent', () => {
  test.each(['before', 'middle'] as const)('reset %s', async (at) => {
    await stage.admin.addFault({ kind: 'drop', at });
    const failure = await failureOf(open().inject(toCall([toTicket('SECRET-1')])));
    await stage.admin.clearFaults();
    const told = JSON.stringify([failure, Object.getOwnPropertyDescriptors(failure)]);
    expect(told).toContain('POST organizer/tickets');
    for (const secret of [apiKey, 'SECRET-1', 'Zoë', 'example.test']) expect(told).not.toContain(secret);
  });
});

test('what TIXNGO says with a failure is kept with it, free of the key and of what was sent', async () => {
  const message = `Key ${apiKey} may not send zoe.SECRET-1@example.test`;
  await stage.admin.addFault({ kind: 'status', status: 403, code: 'KEY_EXPIRED', message });
  const failure = await failureOf(open().inject(toCall([toTicket('SECRET-1')])));
  const account = await failureOf(open().accountStatus());
  await stage.admin.clearFaults();
  const said = { code: 'KEY_EXPIRED', message: 'Key apiKey may not send spectatorDetails.email' };
  expect(failure).toMatchObject({ name: 'TixngoKeyRefused', said });
  expect(failure).toHaveProperty('message', expect.stringContaining('KEY_EXPIRED'));
  expect(String(failure)).not.toContain('may not send');
  expect(account).toMatchObject({ said: { code: 'KEY_EXPIRED' } });
  expect(JSON.stringify(account)).not.toContain(apiKey);
});

describe('a key that no header can carry is refused before connecting, and not shown', () => {
  test.each(['line\nbreak', 'blank key', 'kéy', 'tab\tkey', 'carriage\r', 'nul\0'])('%j', (bad) => {
    const openBad = () =>
      openTixngoClient({ url: stage.sandbox.url, allowedHosts: allow(stage.sandbox.url), apiKey: bad });
    const failure = thrownBy(openBad);
    expect(failure).toMatchObject({ name: 'TixngoKeyRefused', reason: 'KEY_UNUSABLE' });
    expect(String(failure)).not.toContain(bad);
  });
  test('an empty one', () => {
    expect(() =>
      openTixngoClient({ url: stage.sandbox.url, allowedHosts: allow(stage.sandbox.url), apiKey: '' }),
    ).toThrow('empty');
  });
});

describe('an address that is not allowed is refused when connecting', () => {
  test('a URL that the rule refuses, at once', () => {
    const url = 'https://elsewhere.test/organizer/tickets';
    const refused = () => openTixngoClient({ url, allowedHosts: [{ host: 'other.test' }], apiKey });
    expect(thrownBy(refused)).toMatchObject({ name: 'TixngoAddressRefused', reason: 'HOST' });
  });

  const resolveTo =
    (...addresses: readonly string[]): ResolveAll =>
    (_host, _options, done) => {
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    };
  const connect = (resolve: ResolveAll) => {
    const url = 'https://api.tixngo.test/organizer/tickets';
    const client = openTixngoClient({
      url,
      allowedHosts: [{ host: 'api.tixngo.test' }],
      apiKey,
      resolve,
      deadlineMs: 2000,
    });
    return failureOf(client.accountStatus()).finally(client.close);
  };

  test.each([
    '127.0.0.1',
    '127.9.9.9',
    '0.0.0.0',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '224.0.0.1',
    '::1',
    '::',
    'fe80::1',
    'fd00::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
  ])('a name that resolves to %s', async (address) => {
    expect(await connect(resolveTo(address))).toMatchObject({ name: 'TixngoAddressRefused', reason: 'ADDRESS' });
  });
  test('a name with one public and one private address', async () => {
    expect(await connect(resolveTo('8.8.8.8', '10.0.0.1'))).toMatchObject({ name: 'TixngoAddressRefused' });
  });
  test('a name that changes its mind between two calls (rebinding)', async () => {
    let asked = 0;
    const url = 'https://api.tixngo.test/organizer/tickets';
    const client = openTixngoClient({
      url,
      allowedHosts: [{ host: 'api.tixngo.test' }],
      apiKey,
      resolve: (host, options, done) => {
        asked += 1;
        if (asked > 1) resolveTo('127.0.0.1')(host, options, done);
        else done(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), []);
      },
    });
    expect(await failureOf(client.accountStatus())).toMatchObject({ reason: 'NAME_UNKNOWN' });
    expect(await failureOf(client.accountStatus())).toMatchObject({ name: 'TixngoAddressRefused' });
    client.close();
  });
  test('unless the entry carries scheme and port', async () => {
    const { port } = new URL(stage.sandbox.url);
    const url = `http://localhost:${port}/organizer/tickets`;
    const client = openTixngoClient({ url, allowedHosts: allow(url), apiKey, apiKeyHeader: 'X-Club-Key' });
    expect(await client.accountStatus()).toMatchObject({ organizer: 'club' });
    client.close();
  });
});

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('It was expected to fail');
}
