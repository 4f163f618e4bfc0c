import type { PushAnswer, TicketError, TicketResult } from './push-answer';
import { openValueGuard, type ValueGuard } from './safe-code';
import { collectSentValues, type SentValues } from './sent-values';

/** Characters of TIXNGO's words that are kept, after replacing. */
const keptWords = 500;
/** Longer words are dropped whole: cutting them before replacing could leave half a value. */
const longestWords = 5_000;
/** Characters of the longest name of a field that is kept. */
const longestField = 128;
/** Characters of the shortest value that is replaced (domain.md 6). */
const shortestValue = 3;

/** Takes what we sent out of TIXNGO's words. */
export interface Redactor {
  /** The words with every value that we sent (3 characters or more) replaced by its path, at most 500 characters. */
  readonly words: (words: string) => string;
  /** An error of TIXNGO, safe to keep: code and field without values and in a safe alphabet, words replaced. */
  readonly error: (error: TicketError) => TicketError;
  /** Whether the call carried a ticket or privilege of this id; the same text elsewhere in it, a seat or a barcode, names nobody. */
  readonly wasSent: (id: string) => boolean;
}

/** What stands for the name of a field that may carry personal data. */
export const unreadableField = 'UNREADABLE_FIELD';

/** Of these nobody is known, and TIXNGO's codes speak of them: OFFLINE_NOT_ALLOWED, CURRENCY_EUR_NOT_SOLD. Everything else counts as personal. */
const nobodysPaths =
  /^(activationParameters|event|transferRules|imageUrl|purchaseDetails\.(price|currency|category|tariff))\b/;

/**
 * A redactor for the items (tickets, privileges) that one call carried, as parsed JSON. Paths are those inside an item, for example
 * `spectatorDetails.email`. Upper and lower case do not matter, and values are also found JSON-escaped and percent-encoded.
 */
export function openRedactor(items: readonly unknown[]): Redactor {
  const sent = collectSentValues(items, {
    shortest: shortestValue,
    longest: longestWords,
    isPersonal: (path) => !nobodysPaths.test(path),
  });
  const ids = new Set(items.flatMap(toIds));
  const guard = openValueGuard(sent.personal);
  const words = (text: string) => redactWords(text, sent);
  const toSafeError = ({ code, field, message }: TicketError): TicketError => ({
    code: guard.toSafeCode(code),
    ...(field === undefined ? {} : { field: safeField(field, sent, guard) }),
    message: words(message),
  });
  // TIXNGO says the same of many tickets, and looking for all values of a call takes a millisecond.
  const known = new Map<string, TicketError>();
  return {
    words,
    error: (error) => {
      const key = JSON.stringify([error.code, error.field, error.message]);
      const safe = known.get(key) ?? toSafeError(error);
      known.set(key, safe);
      return safe;
    },
    wasSent: (id) => ids.has(id),
  };
}

/**
 * The same answer with its errors made safe by the redactor: of each ticket that was sent the first one, which is the one that is kept
 * (verdict.ts). An answer may hold megabytes of others, and going through them would stop the whole worker for minutes.
 */
export function redactAnswer(answer: PushAnswer, redactor: Redactor): PushAnswer {
  if (answer.kind === 'results') {
    const toSafeErrors = ({ ticketId, errors }: TicketResult) =>
      redactor.wasSent(ticketId) ? errors.slice(0, 1).map(redactor.error) : [];
    return { ...answer, results: answer.results.map((line) => ({ ...line, errors: toSafeErrors(line) })) };
  }
  return {
    ...answer,
    error: redactor.error(answer.error),
    named: answer.named
      .filter(({ ticketId }) => redactor.wasSent(ticketId))
      .map(({ ticketId, error }) => ({ ticketId, error: redactor.error(error) })),
  };
}

/** None of an item that is neither, such as the key. */
function toIds(item: unknown): readonly unknown[] {
  if (typeof item !== 'object' || item === null) return [];
  return [...('ticketId' in item ? [item.ticketId] : []), ...('privilegeId' in item ? [item.privilegeId] : [])];
}

/** A path of names that were sent, or another name without a value in it. */
function safeField(field: string, sent: SentValues, guard: ValueGuard): string {
  const [first = '', ...others] = field.split(/[.[\]/]+/).filter((segment) => segment !== '');
  const isPath = sent.hasName(first) && others.every((segment) => /^\d{1,3}$/.test(segment) || sent.hasName(segment));
  const readable = field.length <= longestField && (isPath || !guard.carriesValue(field));
  return readable ? toSafe(field) : unreadableField;
}

function toSafe(text: string): string {
  return text.replace(/[^A-Za-z0-9_.:[\]/-]/g, '_');
}

function redactWords(words: string, sent: SentValues): string {
  if (words.length > longestWords) return `(words of ${String(words.length)} characters, not kept)`;
  return toPlainText(sent.replaceIn(words).slice(0, keptWords));
}

/**
 * A blank for each control character, and no half character: Postgres takes no NUL in a text, so that one word of TIXNGO would keep the
 * whole answer from the record; an escape sequence would rule the terminal that shows the log.
 */
function toPlainText(words: string): string {
  return words.replace(/[\p{Cc}\p{Cs}]/gu, ' ');
}
