/** What stands for a code that may carry personal data, or that is no code. */
export const unreadableCode = 'UNREADABLE_CODE';

/** Codes that decide something: a value that happens to be spelled alike must not hide them. */
const knownCodes: readonly string[] = ['TICKET_UNKNOWN'];

/** From so many letters and digits on a value is found anywhere in a code; a shorter one only as whole words: `Ali` is no part of INVALID. */
const foundAnywhere = 6;

/**
 * TIXNGO's code when it is one and carries no value that we sent, however it is spelled: upper or lower case, without accents, with other
 * separators, percent-encoded, base64, hexadecimal. Codes go everywhere, also into Temporal and mails (domain.md 6).
 */
export function toSafeCode(code: string, sent: ReadonlySet<string>): string {
  if (knownCodes.includes(code)) return code;
  if (!/^[A-Za-z0-9_.-]{1,64}$/.test(code)) return unreadableCode;
  const words = code.toLowerCase().split(/[_.-]+/);
  const joined = words.join('');
  const runs = joinRuns(words);
  for (const value of sent) {
    for (const spelling of toSpellings(value)) {
      const isIn = spelling.length >= foundAnywhere ? joined.includes(spelling) : runs.has(spelling);
      if (isIn) return unreadableCode;
    }
  }
  return code;
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

function withoutAccents(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replace(/ß/g, 'ss');
}

const umlauts: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', ø: 'oe', å: 'aa', æ: 'ae', œ: 'oe' };

function spellUmlauts(text: string): string {
  return text.normalize('NFC').replace(/[äöüøåæœ]/g, (letter) => umlauts[letter] ?? letter);
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
