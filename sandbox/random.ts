/** mulberry32: small, fast and repeatable; nothing here needs more. */
export function openRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    return scramble(state) / 4_294_967_296;
  };
}

/** One of 2^32 numbers for a seed and a place, the same every time: what is drawn for one place does not depend on what else was drawn. */
export function draw(seed: number, first: number, second = 0): number {
  return scramble(
    Math.imul(scramble((seed + 0x9e3779b9) >>> 0) ^ (first + 1), 0x85ebca6b) + Math.imul(second + 1, 0xc2b2ae35),
  );
}

function scramble(value: number): number {
  const state = value >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return (mixed ^ (mixed >>> 14)) >>> 0;
}
