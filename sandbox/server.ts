import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isPushOperation, type PushOperation } from './operations';
import { banner, handleAdmin } from './admin';
import { toError, writeAnswer } from './answer';
import { handleBench } from './bench-call';
import { openCalls } from './calls';
import { openChangeLog } from './change-log';
import { handleDiff } from './diff-call';
import { loadDocument } from './document';
import { openFaults } from './faults';
import { openIdempotencyKeys } from './idempotency';
import { noteConnection } from './kept-connections';
import { openLivingCrowd } from './living-crowd';
import type { SandboxOptions } from './options';
import { handlePush, type World } from './push-call';
import { openRepeats } from './repeats';
import { openSnapshot } from './snapshot';
import { handleStatus } from './status-call';
import { openWallets } from './wallets';

export type { Account, SandboxOptions } from './options';

/** A running stand-in. */
export interface Sandbox {
  /** The interface URL to give to a client; it ends in `organizer/tickets`. */
  readonly url: string;
  /** Root of what an operator or a test may ask. */
  readonly adminUrl: string;
  /** Ends it, with the connections that are open and the answers that hang. */
  readonly close: () => Promise<void>;
}

/** More than 50 tickets of the longest kind. */
const maxBodyBytes = 4 * 1024 * 1024;
/** More than the ids of a million tickets. */
const maxAdminBytes = 64 * 1024 * 1024;

/** Starts the stand-in on 127.0.0.1; throws when the port is taken. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const log = openChangeLog(Date.now);
  const wallets = openWallets({ deletionDelayMs: options.deletionDelayMs, now: Date.now, log });
  const { seed = 1, bench = false } = options;
  const world: World = {
    document: loadDocument(),
    wallets,
    log,
    // Whoever measures counts records.
    repeats: openRepeats(options.repeatChance ?? (bench ? 0 : 0.2), seed),
    calls: openCalls(Date.now),
    faults: openFaults(seed),
    keys: options.ignoreIdempotencyKeys === true ? undefined : openIdempotencyKeys(),
    latencyMs: options.latencyMs ?? 0,
    bench,
    organizers: options.accounts.map(({ organizer }) => organizer),
  };
  const snapshot = openSnapshot(options.snapshotFile, world);
  const server = createServer((request, response) => {
    handle({ request, response }, { options, world })
      .then(snapshot.touch)
      .catch((error: unknown) => {
        failLoudly(response, error);
      });
  });
  await listen(server, options.port ?? 0);
  const crowd = openCrowd(options, { seed, wallets, onAct: snapshot.touch });
  const root = `http://127.0.0.1:${String(toPort(server))}`;
  return {
    url: `${root}/organizer/tickets`,
    adminUrl: `${root}/_sandbox`,
    close: async () => {
      crowd?.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      snapshot.close();
    },
  };
}

function openCrowd(
  { crowdEveryMs: everyMs }: SandboxOptions,
  parts: Omit<Parameters<typeof openLivingCrowd>[0], 'everyMs'>,
) {
  return everyMs === undefined ? undefined : openLivingCrowd({ everyMs, ...parts });
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

interface Setting {
  readonly options: SandboxOptions;
  readonly world: World;
}

async function handle({ request, response }: Exchange, { options, world }: Setting): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const method = request.method ?? 'GET';
  noteConnection(response);
  response.setHeader('server', banner);
  response.setHeader('x-request-id', `sandbox-${randomUUID()}`);
  if (url.pathname === '/_sandbox' || url.pathname.startsWith('/_sandbox/')) {
    const text = (await readBody(request, maxAdminBytes))?.toString('utf8');
    if (text === undefined) {
      writeAnswer(response, toError(413, 'TOO_LARGE', `At most ${String(maxAdminBytes)} bytes are taken`));
      return;
    }
    const path = url.pathname.slice('/_sandbox'.length);
    handleAdmin({ method, path, query: url.searchParams, text }, response, world);
    return;
  }
  const operation = findOperation(method, url.pathname, world);
  if (operation === undefined) {
    world.calls.countUnknownPath();
    writeAnswer(response, toError(404, 'NOT_FOUND', 'There is no such path'));
    return;
  }
  const header = request.headers[(options.apiKeyHeader ?? 'x-api-key').toLowerCase()];
  const account = options.accounts.find(({ apiKey }) => apiKey === header);
  if (account === undefined) {
    writeAnswer(response, toError(401, 'KEY_REFUSED', 'The key is missing or unknown'));
    return;
  }
  const { organizer } = account;
  if (isPushOperation(operation)) {
    await handlePushRequest({ request, response }, { world, operation, organizer });
  } else if (operation === 'diffTickets') {
    countCall(response, world);
    await handleDiff({ organizer, query: url.searchParams, response }, world);
  } else if (operation === 'accountStatus') {
    await handleStatus({ organizer, response }, world);
  } else {
    writeAnswer(response, toError(501, 'NOT_BUILT', `The sandbox does not know ${operation} yet`));
  }
}

async function handlePushRequest(
  { request, response }: Exchange,
  { world, operation, organizer }: { world: World; operation: PushOperation; organizer: string },
): Promise<void> {
  countCall(response, world);
  const body = await readBody(request, maxBodyBytes);
  if (body === undefined) {
    writeAnswer(response, tooLarge);
    return;
  }
  if (world.bench) {
    await handleBench({ operation, organizer, body, response }, world);
    return;
  }
  const key = request.headers['idempotency-key'];
  const text = body.toString('utf8');
  await handlePush({ operation, organizer, key: typeof key === 'string' ? key : undefined, text, response }, world);
}

function countCall(response: ServerResponse, { calls }: World): void {
  calls.begin();
  response.once('close', calls.end);
}

/** Paths with a variable at their end, as `/organizer/privilege-definitions/{definitionId}`, match any one segment. */
function findOperation(method: string, pathname: string, { document }: World): string | undefined {
  const plain = document.routes.get(`${method} ${pathname}`);
  if (plain !== undefined) return plain;
  const parent = pathname.slice(0, pathname.lastIndexOf('/') + 1);
  return [...document.routes].find(([route]) => route.startsWith(`${method} ${parent}{`))?.[1];
}

/** The body, or undefined when it is larger than any that is expected. */
async function readBody(request: IncomingMessage, mostBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) throw new Error('A request body comes as bytes');
    bytes += chunk.length;
    // Read to its end and dropped: a client that is still sending would not see an answer.
    if (bytes <= mostBytes) chunks.push(chunk);
  }
  return bytes <= mostBytes ? Buffer.concat(chunks) : undefined;
}

const tooLarge = toError(413, 'TOO_LARGE', `A body of more than ${String(maxBodyBytes)} bytes is not taken`);

/** A mistake of the stand-in itself must not look like one of its faults. */
function failLoudly(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const words = error instanceof Error ? error.message : 'unknown';
  writeAnswer(response, toError(500, 'SANDBOX_BROKEN', words));
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}

function toPort(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('The sandbox listens on no port');
  return address.port;
}
