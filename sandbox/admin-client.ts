import type { CallRecord, CallSummary, TicketCount } from './calls';
import type { FaultInput } from './faults';
import type { TicketStatus, WalletAction } from './life-cycle';
import type { WalletTicket } from './wallets';

/** What the stand-in knows about its tickets. */
export interface SandboxState {
  readonly count: number;
  readonly byStatus: Readonly<Partial<Record<TicketStatus, number>>>;
}

export type SandboxTicket = WalletTicket & { readonly ownerEmailHash: string };

/** What arrived: every call, and for one operation how often each ticket came. */
export interface SandboxCalls {
  readonly summary: CallSummary;
  readonly calls: readonly CallRecord[];
  readonly tickets: Readonly<Record<string, TicketCount>>;
}

export interface SandboxAdmin {
  /** Switches a fault on; resolves to its id. */
  readonly addFault: (fault: FaultInput) => Promise<number>;
  /** Switches one fault off, or all. */
  readonly clearFaults: (id?: number) => Promise<void>;
  readonly state: () => Promise<SandboxState & { readonly tickets: readonly SandboxTicket[] }>;
  readonly stateSummary: () => Promise<SandboxState>;
  readonly calls: (operation?: string) => Promise<SandboxCalls>;
  readonly callSummary: () => Promise<CallSummary>;
  readonly clearCalls: () => Promise<void>;
  readonly reset: (seed?: number) => Promise<void>;
  readonly wallet: (
    ticketId: string,
    action: WalletAction,
    recipient?: { readonly email: string; readonly firstName?: string; readonly lastName?: string },
  ) => Promise<TicketStatus>;
}

/** Asks and commands a running stand-in by its admin URL; every method throws with the stand-in's words when it refuses. */
export function openSandboxAdmin(adminUrl: string): SandboxAdmin {
  const ask = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${adminUrl}/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`The sandbox refused ${method} ${path}: ${text}`);
    return parseAnswer<T>(text);
  };
  return {
    addFault: async (fault) => (await ask<{ id: number }>('POST', 'faults', fault)).id,
    clearFaults: (id) => ask('DELETE', id === undefined ? 'faults' : `faults/${String(id)}`),
    state: () => ask('GET', 'state'),
    stateSummary: () => ask('GET', 'state?summary'),
    calls: (operation = 'injectTickets') => ask('GET', `calls?operation=${operation}`),
    callSummary: () => ask('GET', 'calls?summary'),
    clearCalls: () => ask('DELETE', 'calls'),
    reset: (seed) => ask('POST', 'reset', seed === undefined ? {} : { seed }),
    wallet: async (ticketId, action, recipient) =>
      (await ask<{ status: TicketStatus }>('POST', 'wallet', { ticketId, action, recipient })).status,
  };
}

/** Both ends are of one package and one version: the shapes are the types above, so nothing is checked here. */
function parseAnswer<T>(text: string): T {
  return JSON.parse(text);
}
