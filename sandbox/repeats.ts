import { z } from 'zod';
import { openRandom } from './random';

/** How often a page of the diff begins with records of the page before, and with how many at most. */
export const repeatsSchema = z.strictObject({
  chance: z.number().min(0).max(1),
  most: z.int().min(1).max(100).default(3),
});

export interface Repeats {
  /** How many records the next page repeats. */
  readonly next: () => number;
  readonly set: (repeats: z.output<typeof repeatsSchema>) => void;
  /** Back to what the stand-in was started with. */
  readonly reset: (seed: number) => void;
}

/** At-least-once, as the contract says: drawn from a seeded source of its own, so that other draws do not move it. */
export function openRepeats(firstChance: number, firstSeed: number): Repeats {
  const first = { chance: firstChance, most: 3 };
  let random = openRandom(firstSeed);
  let present = first;
  return {
    next: () => (random() < present.chance ? 1 + Math.floor(random() * present.most) : 0),
    set: (repeats) => {
      present = repeats;
    },
    reset: (seed) => {
      present = first;
      random = openRandom(seed);
    },
  };
}
