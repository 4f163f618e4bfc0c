import { createHash } from 'node:crypto';
import type { TicketMessage } from '../../core/messages/ticket-message';
import { parseAllowedHosts } from '../../core/interface-url';
import { openSandboxAdmin, type SandboxAdmin } from '../../sandbox/admin-client';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/server';
import { openTixngoClient, type PushCall, type TixngoClient, type TixngoClientOptions } from '../../tixngo/client';
import { toTicketsBody } from '../../tixngo/tickets-body';

export const apiKey = 'key-of-the-club';

export interface Stage {
  readonly sandbox: Sandbox;
  readonly admin: SandboxAdmin;
  readonly client: TixngoClient;
  readonly openClient: (options?: Partial<TixngoClientOptions>) => TixngoClient;
  readonly close: () => Promise<void>;
}

/** A sandbox with one account, and a client of it. */
export async function openStage(options: Partial<SandboxOptions> = {}): Promise<Stage> {
  const sandbox = await startSandbox({ accounts: [{ organizer: 'club', apiKey }], ...options });
  const clients: TixngoClient[] = [];
  const openClient = (given: Partial<TixngoClientOptions> = {}) => {
    const client = openTixngoClient({ url: sandbox.url, allowedHosts: allow(sandbox.url), apiKey, ...given });
    clients.push(client);
    return client;
  };
  return {
    sandbox,
    admin: openSandboxAdmin(sandbox.adminUrl),
    client: openClient(),
    openClient,
    close: async () => {
      for (const client of clients) client.close();
      await sandbox.close();
    },
  };
}

export function allow(url: string) {
  return parseAllowedHosts(new URL(url).origin).hosts;
}

export function toTicket(ticketId: string, changes: Partial<TicketMessage> = {}): TicketMessage {
  return {
    ticketId,
    event: { id: 'match-1', name: 'Match 1' },
    activationParameters: { method: 'online' },
    security: { barcode: `BAR-${ticketId}` },
    purchaseDetails: { price: 12.5, currency: 'EUR', taxNumber: `TAX-${ticketId}`, mainApplicant: false },
    spectatorDetails: { firstName: 'Zoë', lastName: 'Quux', email: `zoe.${ticketId}@example.test` },
    ...changes,
  };
}

/** A call as the engine makes it: the body, and a key that belongs to it. */
export function toCall(tickets: readonly unknown[], deadlineMs?: number): PushCall {
  const body = toTicketsBody(tickets.map((ticket) => JSON.stringify(ticket)));
  const idempotencyKey = createHash('sha256').update(body).digest('hex');
  return { body, idempotencyKey, ...(deadlineMs === undefined ? {} : { deadlineMs }) };
}

/** What a promise was rejected with; fails when it was not. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('It was expected to fail');
}
