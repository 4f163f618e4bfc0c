import { isCountryCode } from '../messages/country-codes';
import { isLanguageCode } from '../messages/language-codes';
import { isDate, isTimeZone, parseInstant } from '../time/instants';

/** How the text of one cell is read. Cells come trimmed and not empty; an empty cell never gets here. */
export interface ValueRule {
  /** The Postgres type that takes what `read` gives. */
  readonly type: string;
  /** What a reader may write there, as the end of the sentence "must be ...". */
  readonly allowed: string;
  /** The text to store, in the form that Postgres takes, or undefined when it is not allowed. */
  read(text: string): string | undefined;
}

/** A whole number from 1, of at most `digits` digits; as text, because ids may exceed 2^53. */
export function idRule(digits: number): ValueRule {
  const pattern = new RegExp(`^0*[1-9]\\d{0,${String(digits - 1)}}$`);
  return {
    type: 'bigint',
    allowed: `a whole number from 1, of at most ${String(digits)} digits`,
    read: (text) => (text.length <= digits + 20 && pattern.test(text) ? text.replace(/^0+/, '') : undefined),
  };
}

/** Text of at most `max` UTF-16 units. */
export function textRule(max: number): ValueRule {
  return {
    type: 'text',
    allowed: `a text of at most ${String(max)} characters`,
    read: (text) => (text.length <= max ? text : undefined),
  };
}

/** One of a short list of words, written exactly so. */
export function wordRule(words: readonly string[]): ValueRule {
  return {
    type: 'text',
    allowed: `one of ${words.join(', ')}`,
    read: (text) => (words.includes(text) ? text : undefined),
  };
}

/** A code of the catalogue: what the domain tixngo_code of the schema takes. */
export const codeRule: ValueRule = textRule(100);

/** An amount with a decimal point, never negative: numeric(14, 2). */
export const priceRule: ValueRule = {
  type: 'numeric(14, 2)',
  allowed: 'an amount such as 45.50: up to 12 digits, a decimal point and up to 2 digits, not negative',
  read: (text) => (/^\d{1,12}(?:\.\d{1,2})?$/.test(text) ? text : undefined),
};

/** A count, as a Postgres integer. */
export const countRule: ValueRule = {
  type: 'integer',
  allowed: 'a whole number from 1 to 99999999',
  read: (text) => (/^[1-9]\d{0,7}$/.test(text) ? text : undefined),
};

export const flagRule: ValueRule = { ...wordRule(['true', 'false']), type: 'boolean' };

/** A point in time between 1900 and 2999: outside of that it is a typing error. Stored as UTC. */
export const instantRule: ValueRule = {
  type: 'timestamptz',
  allowed: 'a time between 1900 and 2999 with Z or an offset, such as 2024-06-14T21:00:00+02:00',
  read(text) {
    const utc = parseInstant(text)?.toString();
    // Postgres keeps microseconds: more digits would be rounded, and no longer be what was checked.
    return utc !== undefined && /^(?:19|2\d)\d\d-[^.]*(?:\.\d{1,6})?Z$/.test(utc) ? utc : undefined;
  },
};

/** A day between 1000 and 2999. */
export const dateRule: ValueRule = {
  type: 'date',
  allowed: 'a day written yyyy-MM-dd',
  read: (text) => (/^[12]/.test(text) && isDate(text) ? text : undefined),
};

export const countryRule: ValueRule = {
  type: 'text',
  allowed: 'a country of ISO 3166-1 alpha-2 such as CH',
  read: (text) => (isCountryCode(text) ? text : undefined),
};

export const languageRule: ValueRule = {
  type: 'text',
  allowed: 'a language of ISO 639-1 such as fr',
  read: (text) => (isLanguageCode(text) ? text : undefined),
};

export const timeZoneRule: ValueRule = {
  type: 'text',
  allowed: 'an IANA time zone such as Europe/Berlin',
  read: (text) => (isTimeZone(text) ? text : undefined),
};
