import { z } from 'zod';
import type { CallRecord, CallSummary, TicketCount } from './calls';
import type { FaultInput } from './faults';
import type { TicketStatus, WalletAction } from './life-cycle';
import type { Timeline } from './timeline';
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
  readonly timeline: () => Promise<Timeline>;
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
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const request = () =>
      fetch(`${adminUrl}/${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    // One that was busy for seconds with a large answer finds the kept connection closed by the stand-in: what only asks, asks once more.
    const response = await (method === 'GET' ? request().catch(() => request()) : request());
    const text = await response.text();
    if (!response.ok) throw new Error(`The sandbox refused ${method} ${path}: ${text}`);
    return JSON.parse(text);
  };
  return {
    addFault: async (fault) => idAnswer.parse(await ask('POST', 'faults', fault)).id,
    clearFaults: async (id) => {
      await ask('DELETE', id === undefined ? 'faults' : `faults/${String(id)}`);
    },
    state: async () => stateAnswer.parse(await ask('GET', 'state')),
    stateSummary: async () => stateSummaryAnswer.parse(await ask('GET', 'state?summary')),
    calls: async (operation = 'injectTickets') => callsAnswer.parse(await ask('GET', `calls?operation=${operation}`)),
    callSummary: async () => summaryAnswer.parse(await ask('GET', 'calls?summary')),
    timeline: async () => timelineAnswer.parse(await ask('GET', 'calls?timeline')),
    clearCalls: async () => {
      await ask('DELETE', 'calls');
    },
    reset: async (seed) => {
      await ask('POST', 'reset', seed === undefined ? {} : { seed });
    },
    wallet: async (ticketId, action, recipient) =>
      stepAnswer.parse(await ask('POST', 'wallet', { ticketId, action, recipient })).status,
  };
}

// Both ends are of one package and one version: these say that an answer has the outline of its type, no more.
const idAnswer = z.object({ id: z.number() });
const stepAnswer = z.custom<{ readonly status: TicketStatus }>(hasField('status'));
const stateSummaryAnswer = z.custom<SandboxState>(hasField('byStatus'));
const stateAnswer = z.custom<SandboxState & { readonly tickets: readonly SandboxTicket[] }>(hasField('tickets'));
const summaryAnswer = z.custom<CallSummary>(hasField('maxInFlight'));
const timelineAnswer = z.custom<Timeline>(hasField('firstCallAt'));
const callsAnswer = z.custom<SandboxCalls>(hasField('calls'));

function hasField(name: string): (value: unknown) => boolean {
  return (value) => typeof value === 'object' && value !== null && name in value;
}
