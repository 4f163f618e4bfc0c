/** When calls came and tickets were accepted, by the stand-in's clock. */
export interface Timeline {
  /** Milliseconds since 1970 at which the first call began; null when none did. */
  readonly firstCallAt: number | null;
  /** Tickets accepted in each stretch of `stretchMs` in which there were any: its begin, in milliseconds since 1970, and their number. */
  readonly accepted: readonly { readonly at: number; readonly tickets: number }[];
}

/** Fine enough to see a crash in. */
export const stretchMs = 250;

export interface TimelineKeeper {
  readonly countCall: () => void;
  readonly countAccepted: () => void;
  readonly read: () => Timeline;
  readonly clear: () => void;
}

/** Keeps a count per stretch with any ticket, so that an idle stand-in keeps nothing. */
export function openTimeline(now: () => number): TimelineKeeper {
  let firstCallAt: number | null = null;
  const stretches = new Map<number, number>();
  return {
    countCall: () => {
      firstCallAt ??= now();
    },
    countAccepted: () => {
      const stretch = Math.floor(now() / stretchMs);
      stretches.set(stretch, (stretches.get(stretch) ?? 0) + 1);
    },
    read: () => ({
      firstCallAt,
      accepted: [...stretches].map(([stretch, tickets]) => ({ at: stretch * stretchMs, tickets })),
    }),
    clear: () => {
      firstCallAt = null;
      stretches.clear();
    },
  };
}
