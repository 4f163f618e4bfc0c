import { z } from 'zod';
import type { CallRecord, CallSummary, TicketCount } from './calls';
import type { FaultInput } from './faults';
import type { TicketStatus, WalletAction } from './life-cycle';
import type { Timeline } from './timeline';
import type { CrowdInput, CrowdReport } from './crowd';
import type { DiffRecord } from './diff-record';
import type { RecordsInput } from './generated-records';
import type { WalletOwner, WalletTicket } from './wallet-ticket';

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

/** The log of an account: how many changes it has, and how many older ones were dropped. */
export interface SandboxChanges {
  readonly organizer: string;
  readonly count: number;
  readonly dropped: number;
  /** Of all accounts. */
  readonly lastChangeNumber: number;
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
    recipient?: WalletOwner & { readonly email: string },
  ) => Promise<TicketStatus>;
  /** Lets a seeded crowd act on tickets. */
  readonly crowd: (crowd: CrowdInput) => Promise<CrowdReport>;
  /** Adds made-up records to the diff of an account; the numbers of the first and the last. */
  readonly records: (records: RecordsInput) => Promise<{ firstChangeNumber: number; lastChangeNumber: number }>;
  /** Sets how often a diff page begins with records of the page before; until the next reset. */
  readonly repeats: (chance: number, most?: number) => Promise<void>;
  /** Every change of an account in order, without repeats and faults; the first account when absent. */
  readonly changes: (organizer?: string) => Promise<SandboxChanges & { readonly records: readonly DiffRecord[] }>;
  readonly changeSummary: (organizer?: string) => Promise<SandboxChanges>;
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
    crowd: async (crowd) => crowdAnswer.parse(await ask('POST', 'crowd', crowd)),
    records: async (records) => recordsAnswer.parse(await ask('POST', 'records', records)),
    repeats: async (chance, most) => {
      await ask('POST', 'repeats', { chance, most });
    },
    changes: async (organizer) => changesAnswer.parse(await ask('GET', `changes?${toQuery({ organizer })}`)),
    changeSummary: async (organizer) =>
      changeSummaryAnswer.parse(await ask('GET', `changes?summary&${toQuery({ organizer })}`)),
  };
}

// Both ends are of one package and one version: these say that an answer has the outline of its type, no more.
const idAnswer = z.object({ id: z.number() });
const stepAnswer = z.custom<{ readonly status: TicketStatus }>(hasField('status'));
const stateSummaryAnswer = z.custom<SandboxState>(hasField('byStatus'));
const stateAnswer = z.custom<SandboxState & { readonly tickets: readonly SandboxTicket[] }>(hasField('tickets'));
const summaryAnswer = z.custom<CallSummary>(hasField('maxInFlight'));
const timelineAnswer = z.custom<Timeline>(hasField('firstCallAt'));
const crowdAnswer = z.custom<CrowdReport>(hasField('actions'));
const recordsAnswer = z.object({ firstChangeNumber: z.number(), lastChangeNumber: z.number() });
const changeSummaryAnswer = z.custom<SandboxChanges>(hasField('count'));
const changesAnswer = z.custom<SandboxChanges & { readonly records: readonly DiffRecord[] }>(hasField('records'));
const callsAnswer = z.custom<SandboxCalls>(hasField('calls'));

function toQuery({ organizer }: { organizer: string | undefined }): string {
  return organizer === undefined ? '' : `organizer=${encodeURIComponent(organizer)}`;
}

function hasField(name: string): (value: unknown) => boolean {
  return (value) => typeof value === 'object' && value !== null && name in value;
}
