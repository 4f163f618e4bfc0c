import type { DiffRecord } from '../../sandbox/diff-record';
import type { WalletRow } from '../../db/queries/operations/list-wallets';
import { hashEmail, type Finding, type SandboxCount } from './check';

/** What the sandbox knows of the tickets in its wallets, and all that it told of them. */
export interface SandboxWallets {
  readonly wallets: readonly Pick<SandboxCount['wallets'][number], 'ticketId' | 'status' | 'ownerEmailHash'>[];
  readonly records: readonly Pick<DiffRecord, 'ticketId' | 'changeNumber' | 'status'>[];
}

/** What Postgres holds after it was read back. */
export interface ReadBack {
  readonly tickets: readonly WalletRow[];
  /** Tickets whose statuses do not correspond. */
  readonly drift: number;
}

/** Counts what Postgres holds against the wallets themselves: each ticket as its wallet has it now, with each of its changes once. */
export function checkReadBack(sandbox: SandboxWallets, { tickets, drift }: ReadBack): readonly Finding[] {
  const known = new Map(tickets.map((ticket) => [ticket.ticketId, ticket]));
  const told = tellByTicket(sandbox.records);
  const countWallets = (holds: (wallet: SandboxWallets['wallets'][number], ticket: WalletRow) => boolean): number =>
    sandbox.wallets.filter((wallet) => {
      const ticket = known.get(wallet.ticketId);
      return ticket !== undefined && holds(wallet, ticket);
    }).length;
  const all = sandbox.wallets.length;
  return [
    {
      what: "tickets with the wallet's newest status",
      expected: all,
      found: countWallets(
        ({ ticketId, status }, ticket) =>
          ticket.status === status && ticket.changeNumber === told.get(ticketId)?.newest,
      ),
    },
    {
      what: "tickets with the wallet owner's e-mail",
      expected: all,
      found: countWallets(({ ownerEmailHash }, { ownerEmail }) => isOwner(ownerEmail, ownerEmailHash)),
    },
    {
      what: 'cultural contacts who own the wallet',
      expected: all,
      found: countWallets(({ ownerEmailHash }, ticket) => isOwner(ticket.culturalContactEmail, ownerEmailHash)),
    },
    {
      what: 'tickets with each change of theirs once',
      expected: all,
      found: countWallets(({ ticketId }, { changes }) => changes === told.get(ticketId)?.changes),
    },
    {
      what: 'changes on record',
      expected: sandbox.records.length,
      found: tickets.reduce((sum, { changes }) => sum + changes, 0),
    },
    {
      what: 'transfers on record as CONFIRMED',
      expected: sandbox.records.filter(({ status }) => status === 'TRANSFERRED').length,
      found: tickets.reduce((sum, { confirmedTransfers }) => sum + confirmedTransfers, 0),
    },
    { what: 'tickets read back that no wallet has', expected: 0, found: tickets.length - countWallets(() => true) },
    { what: 'tickets in drift', expected: 0, found: drift },
  ];
}

interface Told {
  readonly changes: number;
  /** Number of the newest change. */
  readonly newest: number;
}

function tellByTicket(records: SandboxWallets['records']): ReadonlyMap<string, Told> {
  const told = new Map<string, Told>();
  for (const { ticketId, changeNumber } of records) {
    const { changes, newest } = told.get(ticketId) ?? { changes: 0, newest: -1 };
    told.set(ticketId, { changes: changes + 1, newest: Math.max(newest, changeNumber) });
  }
  return told;
}

function isOwner(email: string | null, ownerEmailHash: string): boolean {
  return email !== null && hashEmail(email) === ownerEmailHash;
}
