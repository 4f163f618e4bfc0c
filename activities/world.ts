import type { TixngoClient } from '../tixngo/client';
import type { Database } from '../db/database';
import type { WorkerSession } from '../db/worker-session';
import type { SlotExchange } from './push/slot-exchange';

/** How Temporal knows a workflow; `firstRunId` tells a run from another one under the same id. */
export interface RunState {
  readonly state: 'open' | 'closed' | 'unknown';
  readonly firstRunId?: string;
}

/** An interface as a client needs it: where, and under which key. */
export interface Connection {
  readonly url: string;
  /** `{ env }` or `{ file }`, as `tixngo apply` stored it. */
  readonly apiKeyReference: unknown;
}

/** What activities act on. The worker makes one (worker/world.ts), tests make their own from real parts. */
export interface World {
  readonly database: Database;
  readonly session: WorkerSession;
  readonly workerName: string;
  /** A client for this connection, with the key as it is read now; clients are kept per connection and key. */
  readonly openTixngo: (connection: Connection) => TixngoClient;
  /** Namespace that `describeRun` asks in. */
  readonly namespace: string;
  readonly describeRun: (workflowId: string) => Promise<RunState>;
  /** Where organizers stand as this process saw it last: its own answers are obeyed before the database is asked. */
  readonly pauses: OrganizerPauses;
  /** Hands a slot over within this process. */
  readonly slots: SlotExchange;
  /** True once the process was asked to end: no range announces another call. */
  readonly isDraining: () => boolean;
  /** A number from 0 to 1 that spreads waits. */
  readonly luck: () => number;
  /** Total deadline of a call in milliseconds (architecture.md, "Facts win"). */
  readonly callDeadlineMs: number;
}

/** Until when an organizer asked this process to make no call, in milliseconds of `performance.now()`. */
export interface OrganizerPauses {
  remainingMs(organizer: string): number;
  pause(organizer: string, forMs: number): void;
}

/** Pauses kept in memory; time is the process's own monotonic clock, for only differences matter. */
export function openPauses(): OrganizerPauses {
  const until = new Map<string, number>();
  return {
    remainingMs: (organizer) => Math.max(0, (until.get(organizer) ?? 0) - performance.now()),
    pause: (organizer, forMs) => {
      until.set(organizer, Math.max(until.get(organizer) ?? 0, performance.now() + forMs));
    },
  };
}
