import type { EngineWorker } from '../../helpers/engine-world';
import type { TixngoClient } from '../../../tixngo/client';

/** A call as the worker that made it saw it; times are of `performance.now()`, one clock for all workers of this process. */
export interface SeenCall {
  readonly worker: number;
  readonly key: string;
  readonly beganAt: number;
  /** Undefined while it is under way. */
  endedAt: number | undefined;
  /** What it failed with. */
  failure: unknown;
}

/** The same worker, with every call that it begins noted in `seen`. One client stands for one connection and key, as before. */
export function witness(worker: EngineWorker, number: number, seen: SeenCall[]): EngineWorker {
  const clients = new Map<TixngoClient, TixngoClient>();
  const watch = (client: TixngoClient): TixngoClient => ({
    ...client,
    push: async (operation, call) => {
      const noted: SeenCall = {
        worker: number,
        key: call.idempotencyKey,
        beganAt: performance.now(),
        endedAt: undefined,
        failure: undefined,
      };
      seen.push(noted);
      try {
        return await client.push(operation, call);
      } catch (error) {
        noted.failure = error;
        throw error;
      } finally {
        noted.endedAt = performance.now();
      }
    },
  });
  return {
    ...worker,
    openTixngo: (connection) => {
      const client = worker.openTixngo(connection);
      const watched = clients.get(client) ?? watch(client);
      clients.set(client, watched);
      return watched;
    },
  };
}
