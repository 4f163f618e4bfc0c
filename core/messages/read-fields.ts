import { isDate, parseInstant } from '../time/instants';
import { isEmail } from './email';
import { toStorableText } from './storable-json';

/** An object of a record while it is read: what is wrong is noted by path, never by value. */
export interface Part {
  readonly fields: Readonly<Record<string, unknown>>;
  /** Empty, or ends in a dot. */
  readonly path: string;
  readonly problems: string[];
}

// S-360 holds any text, TIXNGO's own fields end at 256 characters (domain.md 5.6): what is longer is no name, number or title.
const LONGEST_TEXT = 256;
// What `Date.toISOString` writes; by far the most frequent form, and kept as it is.
const UTC = /^(\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?Z$/;
// Control characters, halves of characters, and what stands for one that was lost.
const UNFIT_FOR_EMAIL = /[\u0000-\u001f\u007f-\u009f\ufffd]|\p{Surrogate}/u;

/** Notes what is wrong with a field of `part`; gives null, which stands for "not told". */
export function note(part: Part, name: string, wrong: string): null {
  part.problems.push(`${part.path}${name} ${wrong}`);
  return null;
}

/** A text without blanks around it; null when it is missing, null or blank. */
export function readText(part: Part, name: string): string | null {
  const value = part.fields[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') return note(part, name, 'is no text');
  const text = toStorableText(value).trim();
  if (text.length > LONGEST_TEXT) return note(part, name, `is longer than ${String(LONGEST_TEXT)} characters`);
  return text === '' ? null : text;
}

/** A text that `accepts` takes. */
export function readWord(
  part: Part,
  name: string,
  rule: { accepts(text: string): boolean; wrong: string },
): string | null {
  const text = readText(part, name);
  return text === null || rule.accepts(text) ? text : note(part, name, rule.wrong);
}

/** An e-mail address, as it is written: blanks around it are no part of one, and would hide it from queries over stored records. */
export function readEmail(part: Part, name: string): string | null {
  const value = part.fields[name];
  if (value === undefined || value === null || value === '') return null;
  if (typeof value !== 'string') return note(part, name, 'is no text');
  return isEmail(value) && !UNFIT_FOR_EMAIL.test(value) ? value : note(part, name, 'is no e-mail address');
}

/** A calendar day that exists, yyyy-MM-dd. Postgres knows no year 0. */
export function readDay(part: Part, name: string): string | null {
  return readWord(part, name, {
    accepts: (text) => isDate(text) && !text.startsWith('0000'),
    wrong: 'is no day of the form yyyy-MM-dd',
  });
}

/** An RFC 3339 time as ISO 8601 in UTC, to the microsecond at most, which is what Postgres keeps. */
export function readTime(part: Part, name: string): string | null {
  const text = readText(part, name);
  if (text === null) return null;
  const utc = toUtc(text);
  return utc ?? note(part, name, 'is no RFC 3339 time');
}

export function readFlag(part: Part, name: string): boolean | null {
  const value = part.fields[name];
  if (value === undefined || value === null || typeof value === 'boolean') return value ?? null;
  return note(part, name, 'is neither true nor false');
}

/** A whole number from 0 to `most`. */
export function readNumber(part: Part, name: string, most: number): number | null {
  const value = part.fields[name];
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= most) return value;
  return note(part, name, `is no whole number from 0 to ${String(most)}`);
}

/** An object inside of `part`; null when it is missing or null. */
export function readPart(part: Part, name: string): Part | null {
  const value = part.fields[name];
  if (value === undefined || value === null) return null;
  if (!isObject(value)) return note(part, name, 'is no object');
  return { fields: value, path: `${part.path}${name}.`, problems: part.problems };
}

/** Notes it when a list of `{key, value}`, both texts, is none; missing and null are fine. */
export function checkKeyValues(part: Part, name: string): void {
  const value = part.fields[name];
  if (value === undefined || value === null) return;
  if (!isArray(value)) {
    note(part, name, 'is no list');
    return;
  }
  const wrong = value.findIndex(
    (entry) => !isObject(entry) || typeof entry.key !== 'string' || typeof entry.value !== 'string',
  );
  if (wrong !== -1) note(part, `${name}[${String(wrong)}]`, 'is no {key, value} of texts');
}

/** Whether a JSON value is an object, not a list and not null. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a JSON value is a list. */
export function isArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function toUtc(text: string): string | undefined {
  const day = UTC.exec(text)?.[1];
  if (day !== undefined) return isDate(day) && !day.startsWith('0000') ? text : undefined;
  // RFC 3339 takes lower-case letters too, and every offset.
  const utc = parseInstant(text.toUpperCase().replace(' ', 'T'))?.toString();
  if (utc === undefined || !/^\d{4}-/.test(utc) || utc.startsWith('0000')) return undefined;
  return utc.replace(/(\.\d{6})\d+Z$/, '$1Z');
}
