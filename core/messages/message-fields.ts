import { formatInstant, isDate, parseInstant, type Instant } from '../time/instants';
import { isCountryCode } from './country-codes';
import { isEmail, LONGEST_EMAIL } from './email';
import { isLanguageCode } from './language-codes';
import type { Refusal, RefusalCode } from './refusal';

/** What S-360 may hold for a text: null and blanks both mean "nothing". */
type Source = string | null | undefined;

/** How a text is checked: `max` in characters (Unicode code points, as TIXNGO's lengths are read here, not UTF-16 units or bytes). */
interface TextRule {
  readonly max?: number;
  readonly required?: boolean;
}

/** A part of messages that was written before, with the first rule that it breaks. */
export interface WrittenPart {
  /** Absent where there is nothing to send. */
  readonly json: string | undefined;
  readonly refusal: Refusal | undefined;
}

// Control characters, and halves of surrogate pairs, which UTF-8 cannot carry.
const BAD_CHARACTER = /[\p{Cc}\p{Cs}]/u;
// Everything else, and pairs of surrogates too: by UTF-16 units, several times faster, and decides for nearly all texts.
const SUSPICIOUS = /[^\x20-\x7e\xa0-\ud7ff\ue000-\uffff]/;
// 15 significant digits are what a JSON number carries unchanged.
const PRICE = /^-?\d+(?:\.\d+)?$/;
const GENDERS = ['M', 'F', 'U', 'X'] as const;

/**
 * Reads the fields of one message. Each method returns the value to send, or undefined where there is nothing; the first rule that a value breaks
 * is kept as `refusal`. With `enforceMandatory` false, missing required fields are no refusal (domain.md 4).
 */
export class MessageFields {
  refusal: Refusal | undefined;

  constructor(private readonly enforceMandatory: boolean) {}

  text(field: string, value: Source, rule: TextRule = {}): string | undefined {
    if (isBlank(value)) {
      if (rule.required === true) this.require(field);
      return undefined;
    }
    if (SUSPICIOUS.test(value) && BAD_CHARACTER.test(value)) {
      this.refuse('BAD_CHARACTER', field, 'holds a control character or half a surrogate pair');
    }
    // A text never has more characters than UTF-16 units: most need no counting.
    const length = rule.max === undefined || value.length <= rule.max ? 0 : countCharacters(value);
    if (rule.max !== undefined && length > rule.max) {
      this.refuse('TOO_LONG', field, `is ${String(length)} characters long, at most ${String(rule.max)} are allowed`);
    }
    return value;
  }

  email(field: string, value: Source): string | undefined {
    const email = this.text(field, value, { max: LONGEST_EMAIL, required: true });
    if (email !== undefined && !isEmail(email)) {
      this.refuse('BAD_EMAIL', field, 'is not an e-mail address such as name@example.com');
    }
    return email;
  }

  /** An id of S-360: never left out, whatever is enforced. */
  id(field: string, value: string): string {
    if (isBlank(value)) this.refuse('REQUIRED_FIELD_MISSING', field, 'is required by TIXNGO and empty in S-360');
    this.text(field, value, { max: 256 });
    return value;
  }

  ticketId(field: string, value: string): string {
    const id = this.id(field, value);
    if (!/^[A-Za-z0-9 *.\-_+/()]*$/.test(id)) {
      this.refuse('BAD_TICKET_ID', field, 'may hold letters, digits, blanks and * . - _ + / ( ) only');
    }
    return id;
  }

  gender(field: string, value: Source): (typeof GENDERS)[number] | undefined {
    if (isBlank(value)) return undefined;
    const gender = GENDERS.find((known) => known === value);
    if (gender === undefined) this.refuse('BAD_GENDER', field, `is none of ${GENDERS.join(', ')}`);
    return gender;
  }

  country(field: string, value: Source, rule: TextRule = {}): string | undefined {
    const code = this.text(field, value, rule);
    if (code !== undefined && !isCountryCode(code)) {
      this.refuse('BAD_COUNTRY', field, 'is not an ISO 3166-1 alpha-2 country code such as CH');
    }
    return code;
  }

  language(field: string, value: Source): string | undefined {
    const code = this.text(field, value);
    if (code !== undefined && !isLanguageCode(code)) {
      this.refuse('BAD_LANGUAGE', field, 'is not an ISO 639-1 language code such as fr');
    }
    return code;
  }

  date(field: string, value: Source): string | undefined {
    const date = this.text(field, value);
    if (date !== undefined && !isDate(date)) this.refuse('BAD_DATE', field, 'is not a real day written yyyy-MM-dd');
    return date;
  }

  instant(field: string, value: Source): Instant | undefined {
    if (isBlank(value)) return undefined;
    const instant = parseInstant(value);
    if (instant === undefined) this.refuse('BAD_DATE', field, 'is not a real time written as ISO 8601 with an offset');
    return instant;
  }

  /** An instant as RFC 3339 in a zone that exists; years beyond four digits have no such form. */
  time(field: string, instant: Instant | undefined, timeZone: string): string | undefined {
    if (instant === undefined) return undefined;
    const time = formatInstant(instant, timeZone);
    if (!/^\d{4}-/.test(time)) this.refuse('BAD_DATE', field, 'lies outside the years 0000 to 9999');
    return time;
  }

  price(field: string, value: Source): number | undefined {
    if (isBlank(value)) {
      this.require(field);
      return undefined;
    }
    const significant = value.replace('.', '').replace(/^-?0*/, '');
    if (!PRICE.test(value) || significant.length > 15) {
      this.refuse('BAD_PRICE', field, 'is not a decimal number of at most 15 digits');
      return undefined;
    }
    const price = Number(value);
    return price === 0 ? 0 : price;
  }

  /** The JSON of a part that was written before; its refusal counts as if it were checked here. */
  take({ json, refusal }: WrittenPart): string | undefined {
    this.refusal ??= refusal;
    return json;
  }

  /** Notes that a required value is missing. */
  require(field: string): void {
    if (this.enforceMandatory) this.refuse('REQUIRED_FIELD_MISSING', field, 'is required by TIXNGO and empty in S-360');
  }

  refuse(code: RefusalCode, field: string, message: string): void {
    this.refusal ??= { code, field, message: `${field} ${message}` };
  }
}

/** Whether S-360 holds nothing there: null, empty or blanks only. */
export function isBlank(value: Source): value is null | undefined | '' {
  return value === null || value === undefined || value.trim() === '';
}

function countCharacters(value: string): number {
  let count = 0;
  for (let index = 0; index < value.length; index++) {
    const unit = value.charCodeAt(index);
    const next = value.charCodeAt(index + 1);
    if (unit >= 0xd800 && unit < 0xdc00 && next >= 0xdc00 && next < 0xe000) index++;
    count++;
  }
  return count;
}
