/**
 * Who works and who waits for a call slot in this process. The slots themselves are rows (db/queries/push/take-slot.ts); this only spares a
 * range that waits here the time until it looks again: a lane that ends hands over within the same process.
 */
export interface SlotExchange {
  /** Counts a lane of this execution until the function that it gives is called: then one range that waits for this account looks at once. */
  begin(organizer: string, execution: number): () => void;
  /** A lane of this execution works here: whoever waits for a slot of the same execution waits for its own kind. */
  isWorking(execution: number): boolean;
  /** Resolves when a lane of this account ends and nobody has waited longer, or with `timeout`. */
  wait(organizer: string, timeout: Promise<void>): Promise<void>;
}

/** Kept in memory, by account (organizer) and execution. */
export function openSlotExchange(): SlotExchange {
  const working = new Map<number, number>();
  const waiting = new Map<string, Set<() => void>>();
  return {
    begin: (organizer, execution) => {
      working.set(execution, (working.get(execution) ?? 0) + 1);
      return () => {
        const left = (working.get(execution) ?? 0) - 1;
        if (left > 0) working.set(execution, left);
        else working.delete(execution);
        // A set keeps the order in which they came.
        const [first] = waiting.get(organizer) ?? [];
        first?.();
      };
    },
    isWorking: (execution) => working.has(execution),
    wait: (organizer, timeout) =>
      new Promise((resolve, reject) => {
        const queue = waiting.get(organizer) ?? new Set();
        waiting.set(organizer, queue);
        const leave = () => {
          queue.delete(goOn);
          if (queue.size === 0 && waiting.get(organizer) === queue) waiting.delete(organizer);
        };
        const goOn = () => {
          leave();
          resolve();
        };
        queue.add(goOn);
        timeout.then(goOn, (error: unknown) => {
          leave();
          reject(error instanceof Error ? error : new Error(String(error)));
        });
      }),
  };
}
