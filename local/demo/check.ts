import { createHash } from 'node:crypto';
import type { SandboxTicket } from '../../sandbox/admin-client';
import type { DueTicket } from './due';

/** What the sandbox knows: its wallets, and how often each ticket came. */
export interface SandboxCount {
  readonly wallets: readonly Pick<SandboxTicket, 'ticketId' | 'organizer' | 'status' | 'ownerEmailHash' | 'content'>[];
  readonly arrivals: Readonly<Record<string, { readonly accepted: number; readonly changed: number }>>;
}

export interface Expectation {
  readonly due: readonly DueTicket[];
  /** Id of the ticket that TIXNGO refuses. */
  readonly poison: string;
  readonly organizer: string;
}

/** One thing that was counted. */
export interface Finding {
  readonly what: string;
  readonly expected: number;
  readonly found: number;
}

/** Counts at the sandbox what the files say: each due ticket once, with its owner and contents, and nothing else. */
export function checkAgainstFiles({ due, poison, organizer }: Expectation, sandbox: SandboxCount): readonly Finding[] {
  const expected = new Map(
    due.filter(({ ticketId }) => ticketId !== poison).map((ticket) => [ticket.ticketId, ticket]),
  );
  const wallets = new Map(sandbox.wallets.map((wallet) => [wallet.ticketId, wallet]));
  const countExpected = (holds: (ticket: DueTicket) => boolean): number => [...expected.values()].filter(holds).length;
  const arrived = Object.entries(sandbox.arrivals);
  const isStrange = (ticketId: string): boolean => !expected.has(ticketId) && ticketId !== poison;
  const strangers = new Set([
    ...sandbox.wallets.map(({ ticketId }) => ticketId).filter(isStrange),
    ...arrived.map(([ticketId]) => ticketId).filter(isStrange),
  ]);
  return [
    {
      what: 'due tickets in a wallet, INJECTED',
      expected: expected.size,
      found: countExpected(({ ticketId }) => {
        const wallet = wallets.get(ticketId);
        return wallet?.status === 'INJECTED' && wallet.organizer === organizer;
      }),
    },
    {
      what: 'due tickets accepted exactly once',
      expected: expected.size,
      found: countExpected(({ ticketId }) => {
        const arrival = sandbox.arrivals[ticketId];
        return arrival?.accepted === 1 && arrival.changed === 1;
      }),
    },
    {
      what: "wallets of the file's cultural contact",
      expected: expected.size,
      found: countExpected(
        ({ ticketId, ownerEmail }) => wallets.get(ticketId)?.ownerEmailHash === hashEmail(ownerEmail),
      ),
    },
    {
      what: "wallets with the file's barcode and number",
      expected: expected.size,
      found: countExpected(({ ticketId, barcode, ticketNumber }) => {
        const content = wallets.get(ticketId)?.content;
        return content?.security.barcode === barcode && content.purchaseDetails.taxNumber === ticketNumber;
      }),
    },
    { what: 'wallets with the poison ticket', expected: 0, found: wallets.has(poison) ? 1 : 0 },
    { what: 'tickets sent that were not due', expected: 0, found: strangers.size },
    { what: 'wallets in all', expected: expected.size, found: sandbox.wallets.length },
  ];
}

/** Whether everything was found as expected. */
export function allHold(findings: readonly Finding[]): boolean {
  return findings.every(({ expected, found }) => expected === found);
}

/** As the sandbox tells an owner without an address. */
export function hashEmail(email: string): string {
  return createHash('sha256').update(email.toLowerCase()).digest('hex');
}
