import type { PushAnswer, TicketError } from './push-answer';
import { toSafeCode } from './safe-code';
import { collectSentValues, type SentValues } from './sent-values';

/** Characters of TIXNGO's words that are kept, after replacing. */
const keptWords = 500;
/** Longer words are dropped whole: cutting them before replacing could leave half a value. */
const longestWords = 20_000;
/** Characters of the shortest value that is replaced (domain.md 6). */
const shortestValue = 3;

/** Takes what we sent out of TIXNGO's words. */
export interface Redactor {
  /** The words with every value that we sent (3 characters or more) replaced by its path, at most 500 characters. */
  readonly words: (words: string) => string;
  /** An error of TIXNGO, safe to keep: code and field without values and in a safe alphabet, words replaced. */
  readonly error: (error: TicketError) => TicketError;
}

/**
 * A redactor for the items (tickets, privileges) that one call carried, as parsed JSON. Paths are those inside an item, for example
 * `spectatorDetails.email`. Upper and lower case do not matter, and values are also found JSON-escaped and percent-encoded.
 */
export function openRedactor(items: readonly unknown[]): Redactor {
  const sent = collectSentValues(items, { shortest: shortestValue, longest: longestWords });
  const words = (text: string) => redactWords(text, sent);
  return {
    words,
    error: ({ code, field, message }) => ({
      code: toSafeCode(code, sent.values),
      ...(field === undefined ? {} : { field: safeField(field, sent, words) }),
      message: words(message),
    }),
  };
}

/** The same answer with every error of it made safe by the redactor. */
export function redactAnswer(answer: PushAnswer, redactor: Redactor): PushAnswer {
  if (answer.kind === 'results') {
    return { ...answer, results: answer.results.map((line) => ({ ...line, errors: line.errors.map(redactor.error) })) };
  }
  return {
    ...answer,
    error: redactor.error(answer.error),
    named: answer.named.map(({ ticketId, error }) => ({ ticketId, error: redactor.error(error) })),
  };
}

function safeField(field: string, sent: SentValues, words: (text: string) => string): string {
  const segments = field.split(/[.[\]/]+/).filter((segment) => segment !== '');
  const isPath = segments.every((segment) => /^\d{1,4}$/.test(segment) || sent.hasName(segment));
  return toSafe(isPath ? field : words(field), 128);
}

function toSafe(text: string, length: number): string {
  return text.slice(0, length).replace(/[^A-Za-z0-9_.:[\]/-]/g, '_');
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
