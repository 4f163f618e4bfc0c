import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How a clock goes wrong: by so many milliseconds, or round and round a moment, from a second before it to a second after. */
export type Skew = { readonly byMs: number } | { readonly aroundMs: number };

/** Environment of a Node program with such a clock, in a time zone; what it needs is written into `folder`. */
export function skewClock(folder: string, skew: Skew, zone = 'UTC'): Readonly<Record<string, string>> {
  const file = join(folder, `clock-${String(Object.values(skew)[0])}.cjs`);
  const now =
    'byMs' in skew ? `True.now() + ${String(skew.byMs)}` : `${String(skew.aroundMs)} - 1_000 + (True.now() % 2_000)`;
  writeFileSync(
    file,
    `const True = Date;
const now = () => ${now};
globalThis.Date = class Date extends True {
  constructor(...given) {
    if (given.length === 0) super(now());
    else super(...given);
  }
  static now() {
    return now();
  }
};`,
  );
  return { NODE_OPTIONS: `--require ${file}`, TZ: zone };
}
