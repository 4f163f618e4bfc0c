import { spellUmlauts, withoutAccents } from './plain-letters';

/** What stands for a code that may carry personal data, or that is no code. */
export const unreadableCode = 'UNREADABLE_CODE';

/** Codes that decide something: a value that happens to be spelled alike must not hide them. */
const knownCodes: readonly string[] = ['TICKET_UNKNOWN'];

/** From so many letters and digits on a value is found anywhere; a shorter one only as whole words: `Ali` is no part of INVALID. */
const foundAnywhere = 6;
/** So many letters and digits in a row that a text shares with a value are a part of it: half a barcode, an address without its domain. */
const partOfValue = 8;
/** Codes have few digits; more are a telephone number, a day or a barcode, in whatever order. */
const mostDigits = 5;

/** Looks for values in a code or the name of a field. */
export interface ValueGuard {
  /** TIXNGO's code when it is one and carries no value; else UNREADABLE_CODE. Codes go everywhere, also into Temporal and mails (domain.md 6). */
  readonly toSafeCode: (code: string) => string;
  /**
   * Whether a value is in the text, however it is spelled: upper or lower case, without accents, with other separators, percent-encoded,
   * base64, hexadecimal; whole, or 8 letters and digits of it.
   */
  readonly carriesValue: (text: string) => boolean;
}

/** A guard over what one call carried. The spellings are made once, when the first code is looked at: they take milliseconds. */
export function openValueGuard(values: Iterable<string>): ValueGuard {
  let spelled: Spelled | undefined;
  const carriesValue = (text: string): boolean => {
    if (text.replace(/\D/g, '').length > mostDigits) return true;
    spelled ??= spellAll(values);
    const words = text.toLowerCase().split(/[^a-z0-9]+/);
    return holdsAny(words, spelled);
  };
  return {
    carriesValue,
    toSafeCode: (code) => {
      if (knownCodes.includes(code)) return code;
      return /^[A-Za-z0-9_.-]{1,64}$/.test(code) && !carriesValue(code) ? code : unreadableCode;
    },
  };
}

/** All spellings of the values: short ones to be met as whole words, and long ones as lines of one text, which is searched fast. */
interface Spelled {
  readonly short: ReadonlySet<string>;
  readonly long: readonly string[];
  readonly text: string;
}

function spellAll(values: Iterable<string>): Spelled {
  const all = new Set<string>();
  for (const value of values) {
    for (const spelling of toSpellings(value)) all.add(spelling);
    // An address is known by what stands before its domain.
    const [local = ''] = value.split('@');
    if (local !== value) for (const spelling of toSpellings(local)) all.add(spelling);
  }
  const long = [...all].filter((spelling) => spelling.length >= foundAnywhere);
  return {
    short: new Set([...all].filter((spelling) => spelling.length < foundAnywhere)),
    long,
    text: long.join('\n'),
  };
}

function holdsAny(words: readonly string[], { short, long, text }: Spelled): boolean {
  const joined = words.join('');
  for (let start = 0; start + partOfValue <= joined.length; start += 1) {
    if (text.includes(joined.slice(start, start + partOfValue))) return true;
  }
  if (long.some((spelling) => spelling.length < partOfValue && joined.includes(spelling))) return true;
  for (const run of joinRuns(words)) if (short.has(run)) return true;
  return false;
}

/** Every row of neighbouring words as one: `A_B_C` gives a, b, c, ab, bc, abc. */
function joinRuns(words: readonly string[]): ReadonlySet<string> {
  const runs = new Set<string>();
  for (let first = 0; first < words.length; first += 1) {
    for (let end = first + 1; end <= words.length; end += 1) runs.add(words.slice(first, end).join(''));
  }
  return runs;
}

/** Letters and digits of the value in each spelling, in lower case. */
function toSpellings(value: string): readonly string[] {
  const plain = value.toLowerCase();
  const spellings = [withoutAccents(plain), withoutAccents(spellUmlauts(plain))];
  // A lone surrogate can be encoded in none of these ways.
  if (!/\p{Surrogate}/u.test(value)) {
    const bytes = toBytes(value);
    spellings.push(
      encodeURIComponent(value),
      toBase64(bytes),
      bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(''),
    );
  }
  return spellings
    .map((spelling) => spelling.toLowerCase().replace(/[^a-z0-9]/g, ''))
    .filter((spelling) => spelling !== '');
}

/** The text in UTF-8; core knows no TextEncoder. */
function toBytes(text: string): readonly number[] {
  return Array.from(encodeURIComponent(text).matchAll(/%([0-9A-F]{2})|[^%]/g), ([letter, hex]) =>
    hex === undefined ? letter.charCodeAt(0) : parseInt(hex, 16),
  );
}

const base64Letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Without padding, for a code has none. */
function toBase64(bytes: readonly number[]): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b, c] = bytes.slice(i, i + 3);
    const bits = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    const letters = b === undefined ? 2 : c === undefined ? 3 : 4;
    for (let n = 0; n < letters; n += 1) text += base64Letters.charAt((bits >> (18 - 6 * n)) & 63);
  }
  return text;
}
