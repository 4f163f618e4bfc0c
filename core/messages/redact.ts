import type { PushAnswer, TicketError } from './push-answer';

/** Values shorter than this stay: they name nobody, and replacing them would make every word unreadable (domain.md 6). */
const shortestValue = 3;
/** Characters of TIXNGO's words that are kept, after replacing. */
const keptWords = 500;
/** Longer words are dropped whole: cutting them before replacing could leave half a value. */
const longestWords = 20_000;

/** Takes what we sent out of TIXNGO's words. */
export interface Redactor {
  /** The words with every value that we sent (3 characters or more) replaced by its path, at most 500 characters. */
  readonly words: (words: string) => string;
  /** An error of TIXNGO, safe to keep: code and field in a safe alphabet, words replaced. */
  readonly error: (error: TicketError) => TicketError;
}

/**
 * A redactor for the items (tickets, privileges) that one call carried, as parsed JSON. Paths are those inside an item, for example
 * `spectatorDetails.email`. Upper and lower case do not matter, and values are also found JSON-escaped and percent-encoded.
 */
export function openRedactor(items: readonly unknown[]): Redactor {
  const sent = collectSent(items);
  const words = (text: string) => redactWords(text, sent);
  return {
    words,
    error: ({ code, field, message }) => ({
      code: safeCode(code, words),
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

/** Codes that decide something: a value that happens to be spelled alike must not hide them. */
const knownCodes: readonly string[] = ['TICKET_UNKNOWN'];

function safeCode(code: string, words: (text: string) => string): string {
  return knownCodes.includes(code) ? code : toSafe(words(code), 64);
}

function safeField(field: string, sent: Sent, words: (text: string) => string): string {
  const segments = field.split(/[.[\]/]+/).filter((segment) => segment !== '');
  const isPath = segments.every((segment) => /^\d{1,4}$/.test(segment) || sent.names.has(segment));
  return toSafe(isPath ? field : words(field), 128);
}

function toSafe(text: string, length: number): string {
  return text.slice(0, length).replace(/[^A-Za-z0-9_.:[\]/-]/g, '_');
}

interface Sent {
  /** Each spelling of each value with its path. */
  readonly paths: ReadonlyMap<string, string>;
  /** One expression for all spellings, longest first; undefined when nothing of 3 characters was sent. */
  readonly pattern: RegExp | undefined;
  /** The names of all fields sent. */
  readonly names: ReadonlySet<string>;
}

function collectSent(items: readonly unknown[]): Sent {
  const paths = new Map<string, string>();
  const names = new Set<string>();
  for (const item of items) collect(item, '', { paths, names });
  const spellings = [...paths.keys()].sort((a, b) => b.length - a.length);
  const pattern = spellings.length === 0 ? undefined : new RegExp(spellings.map(escapePattern).join('|'), 'giu');
  return { paths, pattern, names };
}

function collect(value: unknown, path: string, into: { paths: Map<string, string>; names: Set<string> }): void {
  if (typeof value === 'string' || typeof value === 'number') {
    for (const spelling of toSpellings(String(value))) {
      if (!into.paths.has(spelling)) into.paths.set(spelling, path);
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

function toSpellings(value: string): readonly string[] {
  const plain = value.normalize('NFC').trim();
  if (plain.length < shortestValue) return [];
  const escaped = JSON.stringify(plain).slice(1, -1);
  const spellings = /\p{Surrogate}/u.test(plain) ? [plain, escaped] : [plain, escaped, encodeURIComponent(plain)];
  return spellings.flatMap(withOtherCases);
}

/** The pattern ignores case by itself, but knows only pairs of one letter: `İbrahim` and `Straße` change their length. */
function withOtherCases(spelling: string): readonly string[] {
  return [spelling, spelling.toLowerCase(), spelling.toUpperCase()];
}

function redactWords(words: string, sent: Sent): string {
  if (words.length > longestWords) return `(words of ${String(words.length)} characters, not kept)`;
  const normal = words.normalize('NFC');
  // A match that only case folding knows (for instance the Kelvin sign) has no entry: it is taken out all the same.
  const replaced =
    sent.pattern === undefined
      ? normal
      : normal.replace(
          sent.pattern,
          (found) => sent.paths.get(found) ?? sent.paths.get(found.toLowerCase()) ?? 'value sent',
        );
  return replaced.slice(0, keptWords);
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
