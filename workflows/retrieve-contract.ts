import type { RetrieveCounts } from '../core/retrieve-status/counts';
import type { Ending } from './ending';

export type { RetrieveCounts } from '../core/retrieve-status/counts';

/** The one input object of a retrieve-status workflow, as an operator types it into the Temporal UI. */
export interface RetrieveInput {
  /** `interface/schedule`, or the bare schedule name where it is unique. */
  readonly schedule: string;
  /** SCHEDULE when Temporal's schedule started it; OPERATOR (the default) when a person did. */
  readonly trigger?: 'SCHEDULE' | 'OPERATOR';
  /** Go on from this pagination key; needs `confirmCursor`. */
  readonly cursor?: string;
  /** The pagination key that stands there now: nobody moves a cursor that somebody else has moved meanwhile (domain.md 8.2). */
  readonly confirmCursor?: string;
  /** Read everything again, from an empty pagination key (reliability.md F24). */
  readonly fullResync?: boolean;
  /** Number of an upload of records: applied as if TIXNGO had sent them; the cursor does not move. */
  readonly upload?: number;
}

/** Carried over continue-as-new: numbers and names of configuration only. */
export interface RetrieveCarry {
  readonly opened: OpenedRetrieve;
  readonly counts: RetrieveCounts;
  readonly withoutProgress: number;
  readonly putAsideReasons?: readonly PutAsideReason[];
  readonly paused: boolean;
}

/** An account and what a run shows of itself. */
export interface RetrieveSubject {
  readonly organizer: string;
  readonly interfaceName: string;
  readonly organizationCode: string;
}

export interface OpenRetrieveInput {
  readonly input: RetrieveInput;
  readonly firstRunId: string;
}

export interface OpenedRetrieve extends RetrieveSubject {
  readonly execution: number;
  readonly maxOutageMinutes: number;
  /** Present when another run holds the account: this one is closed already, as SKIPPED. */
  readonly report?: RetrieveReport;
}

export interface RetrievePagesInput {
  readonly execution: number;
  readonly firstRunId: string;
  /** Pages that the workflow knows to be committed: a database that knows fewer is an older one, restored. */
  readonly knownPages: number;
  /** As the last activity returned it; 0 at first. */
  readonly withoutProgress: number;
}

export interface RetrievePagesResult {
  /** `more`: its 10 s are over. `yielded`: the worker ends. `ending`: the run stops, close it; the reason is on record. */
  readonly stopped: 'more' | 'done' | 'paused' | 'yielded' | 'ending';
  /** Of the whole execution so far, as it stands on record. */
  readonly counts: RetrieveCounts;
  /** Records that the execution has put aside, by reason; absent when there is none. */
  readonly putAsideReasons?: readonly PutAsideReason[];
  /** Pages in a row, up to the last one, that made no progress (reliability.md F21). */
  readonly withoutProgress: number;
}

export interface PutAsideReason {
  readonly reason: string;
  readonly records: number;
}

export interface CloseRetrieveInput {
  readonly execution: number;
  readonly firstRunId: string;
  readonly knownPages: number;
  readonly ending: Ending;
  /** One line without personal data, for `failed` and `outage`. */
  readonly reason?: string;
}

export interface RetrieveReport extends RetrieveCounts {
  readonly execution: number;
  readonly outcome: 'OK' | 'WARNING' | 'SKIPPED' | 'ERROR';
  readonly ending: Ending;
  /** One line for the Temporal UI: what to look at and what to do. */
  readonly message: string;
}

/** What a tick ends with: the report of the run that it waited for. When another run is active, its execution where it is known. */
export type TickReport = Omit<RetrieveReport, 'execution'> & { readonly execution?: number };

/** The run that holds an account. */
export interface ActiveRetrieve {
  readonly workflowId: string;
  readonly execution?: number;
}

export interface RetrieveActivities {
  /** Which account a schedule reads; fails without retry when there is no such schedule of retrieve-status. */
  resolveRetrieve(input: { readonly schedule: string }): Promise<RetrieveSubject>;
  findActiveRetrieve(input: { readonly organizer: string }): Promise<ActiveRetrieve>;
  /** Opens the execution and takes the cursor, or closes it as SKIPPED. */
  openRetrieve(input: OpenRetrieveInput): Promise<OpenedRetrieve>;
  /** Applies pages for up to 10 s. */
  retrievePages(input: RetrievePagesInput): Promise<RetrievePagesResult>;
  closeRetrieve(input: CloseRetrieveInput): Promise<RetrieveReport>;
}

/** Workflow types: a schedule starts the tick, the tick starts the one run of its account. */
export const retrieveTypes = { tick: 'retrieveTick', run: 'retrieveStatus' } as const;

/** The only id under which an account is read: Temporal's lock (architecture.md "One execution of retrieve-status"). */
export function toRetrieveId(organizer: string): string {
  return `retrieve-status/${organizer}`;
}

/** Types of failures of an attempt that met no valid answer: when the time for attempts is over, they are an outage. */
export const outageTypes = ['TIXNGO_UNAVAILABLE', 'TIXNGO_PAUSED'] as const;
