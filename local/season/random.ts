/** A number from 0 to 2^32 - 1 that depends on nothing but its arguments: row n of a season needs no rows before it. */
export function hash(seed: number, stream: number, index: number): number {
  // The finalizer of MurmurHash3, once per argument: every bit of an argument reaches every bit of the result.
  let value = mix(seed ^ 0x9e3779b9);
  value = mix(value ^ stream);
  // Indexes may exceed 32 bits.
  value = mix(value ^ Math.floor(index / 0x1_0000_0000));
  return mix(value ^ index) >>> 0;
}

/** One of `choices`, evenly. */
export function pick<T>(choices: readonly T[], random: number): T {
  const choice = choices[random % choices.length];
  if (choice === undefined) throw new Error('Nothing to pick from');
  return choice;
}

function mix(value: number): number {
  let mixed = value | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
