/**
 * What the workflows ask of the world, and what a program may send to them. Everything here ends up in Temporal's histories:
 * ids, positions and counts only; no name, e-mail, barcode or ticket body (architecture.md, "One execution of a push").
 */

import type { Ending } from './ending';
import type { RetrieveActivities } from './retrieve-contract';

export type { Ending } from './ending';

export type PushFunction = 'inject-tickets' | 'push-cancelled' | 'push-controlled' | 'inject-privileges';

/** The one input object of a push workflow, as an operator types it into the Temporal UI. */
export interface PushInput {
  /** `interface/schedule`, or the bare schedule name where it is unique. */
  readonly schedule: string;
  /** SCHEDULE when Temporal's schedule started it; OPERATOR (the default) when a person did. */
  readonly trigger?: 'SCHEDULE' | 'OPERATOR';
  /** Only these tickets: `12300123, id:7` (domain.md 5.2). */
  readonly force?: string;
  /** Never these tickets, same form. */
  readonly skip?: string;
  /** Everything but the call (domain.md 5.1). */
  readonly simulate?: boolean;
  /** Number of a closed execution: run its NOT_TRIED, REFUSED and SIMULATED tickets that are still due. */
  readonly again?: number;
  /** Number of an upload that holds a long force list. */
  readonly upload?: number;
}

/** Carried over continue-as-new: numbers only. */
export interface PushCarry {
  readonly execution: number;
  readonly nextSlice: number;
  readonly known: Known;
  readonly paused: boolean;
  readonly progress: PushProgress;
  readonly window: number;
}

/** What the workflow has learnt so far: a database that knows less is an older one, restored. */
export interface Known {
  readonly slices: number;
  readonly ranges: number;
}

export interface PlanSliceInput {
  readonly function: PushFunction;
  readonly input: PushInput;
  /** `workflowInfo().firstExecutionRunId`: stays over continue-as-new and reset. */
  readonly firstRunId: string;
  /** 1 opens the execution. */
  readonly slice: number;
  readonly known: Known;
  readonly execution?: number;
}

export interface PlannedSlice {
  readonly execution: number;
  readonly interfaceName: string;
  readonly organizationCode: string;
  readonly slice: number;
  readonly firstBatch: number;
  readonly batches: number;
  readonly tickets: number;
  /** No slice follows. */
  readonly last: boolean;
  /** `parallelCalls`: ranges at work at once. */
  readonly window: number;
  /** Present when nothing was due: the execution is closed already. */
  readonly report?: ExecutionReport;
}

/** Batches `firstBatch` to `lastBatch`, both included. Its number is its first batch when it was cut. */
export interface BatchRange {
  readonly number: number;
  readonly firstBatch: number;
  readonly lastBatch: number;
}

export interface PushBatchesInput {
  readonly function: PushFunction;
  readonly execution: number;
  readonly firstRunId: string;
  readonly known: Known;
  readonly range: BatchRange;
}

export interface PushBatchesResult {
  /** `paused` and `yielded`: go on later at `nextBatch`. `ending`: the execution stops, close it. */
  readonly stopped: 'finished' | 'paused' | 'yielded' | 'ending';
  readonly nextBatch: number;
  readonly counts: OutcomeCounts;
}

export interface OutcomeCounts {
  readonly delivered: number;
  readonly refused: number;
  readonly skipped: number;
  readonly simulated: number;
  readonly unknown: number;
  readonly notTried: number;
}

export interface PushProgress extends OutcomeCounts {
  readonly planned: number;
}

export interface CloseExecutionInput {
  readonly function: PushFunction;
  readonly execution: number;
  readonly firstRunId: string;
  readonly known: Known;
  readonly ending: Ending;
  /** One line without personal data, for `failed`. */
  readonly reason?: string;
}

export interface CloseExecutionResult {
  /** Ranges with open rows: push them again before closing. Empty when the execution is closed. */
  readonly open: readonly BatchRange[];
  /** With open ranges: what became of all other batches; those of the open ones are counted when they are done. */
  readonly settled?: OutcomeCounts;
  readonly report?: ExecutionReport;
}

export interface ExecutionReport extends PushProgress {
  readonly execution: number;
  readonly outcome: 'OK' | 'WARNING' | 'SKIPPED' | 'ERROR';
  readonly ending: Ending;
  /** One line for the Temporal UI: what to look at and what to do. */
  readonly message: string;
  /** Most frequent refusals first, at most 10. */
  readonly refusals: readonly RefusalCount[];
}

export interface RefusalCount {
  readonly code: string;
  readonly field?: string;
  readonly count: number;
}

export interface SetExecutionStateInput {
  readonly execution: number;
  readonly firstRunId: string;
  readonly state: 'paused' | 'running' | 'stopping';
}

/** One worker is asked: its activity runs on that worker's own queue. */
export interface TestInterfaceInput {
  readonly interface: string;
  readonly queue: string;
}

/** What `testInterface` found on the worker that ran it. */
export interface InterfaceTest {
  readonly worker: string;
  readonly reachable: boolean;
  readonly organizer?: string;
  /** Milliseconds between TIXNGO's clock and ours. */
  readonly clockOffsetMs?: number;
  readonly problem?: string;
}

/** What the workflows ask of the world. */
export interface Activities extends RetrieveActivities {
  planSlice(input: PlanSliceInput): Promise<PlannedSlice>;
  pushBatches(input: PushBatchesInput): Promise<PushBatchesResult>;
  closeExecution(input: CloseExecutionInput): Promise<CloseExecutionResult>;
  setExecutionState(input: SetExecutionStateInput): Promise<void>;
  testInterface(input: { readonly interface: string }): Promise<InterfaceTest>;
  /** Closes executions whose workflow is gone, of every organizer; returns their numbers. */
  closeLostExecutions(asker: LostRunAsker): Promise<readonly number[]>;
}

/** Who has lost runs closed: an operator by `tixngo status`, or a worker that starts, which looks more narrowly (`activities/close-lost.ts`). */
export type LostRunAsker = 'operator' | 'worker';

/** Workflow types as Temporal shows them, by function. */
export const workflowTypes = {
  'inject-tickets': 'injectTickets',
  'push-cancelled': 'pushCancelled',
  'push-controlled': 'pushControlled',
  'inject-privileges': 'injectPrivileges',
} as const satisfies Record<PushFunction, string>;

/** Names of signals and queries of a push; their descriptions are set where they are handled. */
export const messageNames = { pause: 'pause', resume: 'resume', stop: 'stop', progress: 'progress' } as const;

/** Search attributes, all Keyword but S360Refused (Int); registered by `tixngo migrate`. No personal data: they are clear text. */
export const searchAttributes = {
  function: 'S360Function',
  interface: 'S360Interface',
  organization: 'S360Organization',
  trigger: 'S360Trigger',
  outcome: 'S360Outcome',
  refused: 'S360Refused',
} as const;

/** The workflow that closes executions whose workflow is gone; gives their numbers. */
export type CloseLostRun = (asker: LostRunAsker) => Promise<readonly number[]>;

/** How to start it: one run at a time for operators, and one for workers that start. */
export function closeLostRun(asker: LostRunAsker) {
  return {
    type: 'closeLostExecutions',
    options: {
      workflowId: asker === 'operator' ? 'close-lost-executions' : 'close-lost-executions/worker',
      workflowIdConflictPolicy: 'USE_EXISTING',
      args: [asker],
      workflowRunTimeout: '1 minute',
      staticSummary: 'close executions whose workflow is gone',
    },
  } as const;
}

/** Every worker takes activities from a queue of its own too, for `test` and `doctor` only (stack.md "Temporal facts"). */
export function toWorkerQueue(workerId: string): string {
  return `tixngo-worker-${workerId}`;
}
