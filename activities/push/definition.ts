import type { PushFunction } from '../../workflows/contract';
import type { PushOperation } from '../../tixngo/contract';
import type { PushSelection } from '../../db/queries/push/selection';
import type { World } from '../world';
import type { RunSettings } from './settings';

/** What a push brings to the engine: selection, refusal rule, message, endpoint, marks. The engine knows no function by name. */
export interface PushDefinition {
  readonly function: PushFunction;
  readonly operation: PushOperation;
  /** An accepted ticket becomes PRINTED by the schedule's point of sales. */
  readonly prints: boolean;
  readonly select: (context: SelectionContext) => PushSelection;
  /** Opens a loader for one attempt of a range; what tickets share is read once for the lanes of a run. */
  readonly openLoader: (world: World, context: LoaderContext) => TicketLoader;
}

export interface SelectionContext {
  readonly organizationId: string;
  readonly scheduleId: string;
  readonly settings: RunSettings;
  readonly skip: readonly string[];
}

export interface LoaderContext {
  /** First run id of the workflow: numbers of executions come again when an older database is restored. */
  readonly run: string;
  readonly organizationId: string;
  readonly scheduleId: string;
  readonly settings: RunSettings;
  /** Forced tickets may be sent though they are processed. */
  readonly forced: boolean;
  readonly skip: readonly string[];
}

export interface TicketLoader {
  /** Loads, checks and builds; a ticket that is not there any more is missing in the answer. */
  readonly load: (ticketIds: readonly string[]) => Promise<ReadonlyMap<string, LoadedMessage>>;
}

/** A ticket as a batch needs it: what to compare, whether it may still be sent, and its message. */
export interface LoadedMessage {
  readonly rowVersion: string;
  readonly markVersion: number;
  /** Why it may not be sent any more; a call that was announced already goes out all the same. */
  readonly leftOut?: { readonly code: string; readonly message: string };
  readonly message:
    | { readonly kind: 'built'; readonly json: string; readonly contentHash: string; readonly reason?: string }
    | { readonly kind: 'refused'; readonly code: string; readonly field?: string; readonly message: string };
}
