/** What decides by chance in a fault test: the same for the same seed and name, whatever other tests run. */
export interface Luck {
  /** From 0 to below 1. */
  next(): number;
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number;
  pick<Item>(items: readonly Item[]): Item;
}

/** The seed of this run, a whole number; 1 unless the script was told another (`npm run test:faults -- --seed N`). */
export const seed = readSeed(process.env.FAULTS_SEED);

/** A sequence of its own for each name, so that a test run alone meets the same faults. */
export function openLuck(name: string): Luck {
  let state = hash(`${String(seed)} ${name}`);
  const next = () => {
    // mulberry32: 32 bits of state are plenty for some dozen draws
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    pick: (items) => {
      const item = items[Math.floor(next() * items.length)];
      if (item === undefined) throw new Error('Nothing to pick from');
      return item;
    },
  };
}

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return value;
}

function readSeed(text: string | undefined): number {
  const value = Number(text ?? '1');
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`FAULTS_SEED is no whole number: ${String(text)}`);
  return value;
}
