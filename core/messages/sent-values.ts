import { spellUmlauts, withoutAccents } from './plain-letters';

/** What one call carried: enough to find it again in somebody else's words. */
export interface SentValues {
  /** The text with each value that was sent replaced by its path; upper and lower case do not matter. */
  readonly replaceIn: (text: string) => string;
  /** The personal values themselves, trimmed; what a detail is called (`seat`, `gate`) is none. */
  readonly personal: ReadonlySet<string>;
  /** Whether a field of this name was sent. */
  readonly hasName: (name: string) => boolean;
}

export interface SentLimits {
  /** Values shorter than this stay: they name nobody, and replacing them would make every word unreadable (domain.md 6). */
  readonly shortest: number;
  /** Longer values are not looked for: no text that is given is longer. */
  readonly longest: number;
  /** Whether the value at a path belongs to somebody. */
  readonly isPersonal: (path: string) => boolean;
}

/**
 * The values of parsed JSON. Strings and numbers count; each is found as it is, JSON-escaped, percent-encoded and without accents. Paths are those inside
 * an item, for example `spectatorDetails.email`. Where one value holds another, the longer one wins. No regular expression is built of
 * the values: with long ones it grows past the engine's limit, and its error quotes all of them.
 */
export function collectSentValues(items: readonly unknown[], limits: SentLimits): SentValues {
  const paths = new Map<string, string>();
  const names = new Set<string>();
  const personal = new Set<string>();
  const seen = new Set<string>();
  for (const item of items) collect(item, '', { paths, names, personal, seen, limits });
  const longestFirst = [...paths].sort(([a], [b]) => b.length - a.length);
  return {
    replaceIn: (text) => replaceIn(text.normalize('NFC'), longestFirst),
    personal,
    hasName: (name) => names.has(name),
  };
}

interface Collection {
  /** Folded spelling of a value, and its path. */
  readonly paths: Map<string, string>;
  readonly names: Set<string>;
  readonly personal: Set<string>;
  readonly seen: Set<string>;
  readonly limits: SentLimits;
}

function collect(value: unknown, path: string, into: Collection): void {
  if (typeof value === 'string' || typeof value === 'number') {
    const text = String(value);
    const plain = toPlain(text);
    const isLong = isLookedFor(plain, into.limits);
    // What a detail is called is our own word, such as seat or gate.
    if (isLong && !path.endsWith('.key') && into.limits.isPersonal(path)) into.personal.add(plain);
    // Most values of a call repeat from ticket to ticket.
    if (into.seen.has(text)) return;
    into.seen.add(text);
    if (!isLong) return;
    for (const spelling of toSpellings(plain)) {
      const folded = foldLetters(spelling);
      if (!into.paths.has(folded)) into.paths.set(folded, path);
    }
  } else if (Array.isArray(value)) {
    value.forEach((element: unknown, index) => {
      collect(element, `${path}[${String(index)}]`, into);
    });
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, element] of Object.entries(value)) {
      into.names.add(name);
      collect(element, path === '' ? name : `${path}.${name}`, into);
    }
  }
}

function toPlain(value: string): string {
  return value.trim().normalize('NFC');
}

function isLookedFor(plain: string, { shortest, longest }: SentLimits): boolean {
  return plain.length >= shortest && plain.length <= longest;
}

function toSpellings(plain: string): ReadonlySet<string> {
  const spellings = new Set([plain, JSON.stringify(plain).slice(1, -1)]);
  if (isAscii(plain)) return spellings.add(encodeURIComponent(plain));
  // Escaped as JSON of ASCII alone is, without its accents, and with umlauts spelled out.
  spellings
    .add(plain.replace(/[^\p{ASCII}]/gu, toEscape))
    .add(withoutAccents(plain))
    .add(withoutAccents(spellUmlauts(plain)));
  // A lone surrogate cannot be percent-encoded.
  if (!/\p{Surrogate}/u.test(plain)) spellings.add(encodeURIComponent(plain));
  return spellings;
}

function toEscape(letter: string): string {
  return Array.from({ length: letter.length }, (_, unit) => {
    return `\\u${letter.charCodeAt(unit).toString(16).padStart(4, '0')}`;
  }).join('');
}

interface Folded {
  readonly text: string;
  /** For each place of `text`, where the character stands that it came from; one more for the end. */
  readonly places: readonly number[];
}

/** As fold, without the places. */
function foldLetters(text: string): string {
  return isAscii(text) ? text.toLowerCase() : Array.from(text, foldLetter).join('');
}

function isAscii(text: string): boolean {
  return /^\p{ASCII}*$/u.test(text);
}

function foldLetter(letter: string): string {
  return letter.toUpperCase().toLowerCase();
}

/** Up and down again, letter by letter: `Straße` and `STRASSE`, `İbrahim` and `i̇brahim` become alike, whatever their length. */
function fold(text: string): Folded {
  let folded = '';
  const places: number[] = [];
  let place = 0;
  for (const letter of text) {
    const alike = foldLetter(letter);
    places.push(...Array.from({ length: alike.length }, () => place));
    folded += alike;
    place += letter.length;
  }
  return { text: folded, places: [...places, place] };
}

interface Hit {
  readonly start: number;
  readonly end: number;
  readonly path: string;
}

function replaceIn(text: string, longestFirst: readonly (readonly [string, string])[]): string {
  const hits = findHits(fold(text), longestFirst).sort((a, b) => a.start - b.start);
  let replaced = '';
  let kept = 0;
  for (const { start, end, path } of hits) {
    replaced += text.slice(kept, start) + path;
    kept = end;
  }
  return replaced + text.slice(kept);
}

function findHits({ text, places }: Folded, longestFirst: readonly (readonly [string, string])[]): Hit[] {
  const hits: Hit[] = [];
  const taken = new Uint8Array(places.at(-1) ?? 0);
  for (const [value, path] of longestFirst) {
    for (let found = text.indexOf(value); found !== -1; found = text.indexOf(value, found + 1)) {
      const start = places[found] ?? 0;
      const last = places[found + value.length - 1] ?? start;
      // A letter that folds to several counts whole, even when the value ends within it.
      let next = found + value.length;
      while (places[next] === last) next += 1;
      const end = places[next] ?? last;
      if (taken.subarray(start, end).includes(1)) continue;
      taken.fill(1, start, end);
      hits.push({ start, end, path });
    }
  }
  return hits;
}
