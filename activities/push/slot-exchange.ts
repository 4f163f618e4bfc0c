/**
 * Who works and who waits for a call slot in this process. The slots themselves are rows (db/queries/push/take-slot.ts); this only spares a
 * range that waits here the time until it looks again: a lane that ends hands over within the same process.
 */
export interface SlotExchange {
  /** Counts a lane of this execution until the function that it gives is called: then one range that waits for this account looks at once. */
  begin(organizer: string, execution: number): () => void;
  /** A lane of this execution works here: whoever waits for a slot of the same execution waits for its own kind. */
  isWorking(execution: number): boolean;
  /** Joins those that wait for a slot of this account, behind those that wait already. Join before asking for a slot: no end is missed then. */
  join(organizer: string): SlotTurn;
}

/** The place of a range that waits. */
export interface SlotTurn {
  /** Resolves when it is told that a lane ended, at once if that was since it asked last, or with `timeout`. */
  next(timeout: Promise<void>): Promise<void>;
  /** Call it however the wait ends. A word that it did not use goes to whoever waits next. */
  leave(): void;
}

/** Kept in memory, by account (organizer) and execution. */
export function openSlotExchange(): SlotExchange {
  const working = new Map<number, number>();
  const waiting = new Map<string, Set<Place>>();
  const tellNext = (organizer: string): void => {
    // A set keeps the order in which they came.
    for (const place of waiting.get(organizer) ?? []) if (place.tell()) return;
  };
  return {
    begin: (organizer, execution) => {
      working.set(execution, (working.get(execution) ?? 0) + 1);
      return () => {
        const left = (working.get(execution) ?? 0) - 1;
        if (left > 0) working.set(execution, left);
        else working.delete(execution);
        tellNext(organizer);
      };
    },
    isWorking: (execution) => working.has(execution),
    join: (organizer) => {
      const queue = waiting.get(organizer) ?? new Set();
      waiting.set(organizer, queue);
      const place = new Place();
      queue.add(place);
      return {
        next: (timeout) => place.next(timeout),
        leave: () => {
          queue.delete(place);
          if (queue.size === 0 && waiting.get(organizer) === queue) waiting.delete(organizer);
          if (place.isTold) tellNext(organizer);
        },
      };
    },
  };
}

/** Somebody who waits: told at most once until he looks. */
class Place {
  isTold = false;
  private wake: () => void = () => undefined;

  /** False when he was told already, and has not looked since. */
  tell(): boolean {
    if (this.isTold) return false;
    this.isTold = true;
    this.wake();
    return true;
  }

  async next(timeout: Promise<void>): Promise<void> {
    if (!this.isTold) {
      const told = new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      await Promise.race([told, timeout]);
    }
    this.isTold = false;
  }
}
