import type { Problem } from './problem';

/** Tickets that an operator names (domain.md 5.2): by ticket number and by ticket id, each once, in the order written. */
export interface TicketReferences {
  readonly ticketNumbers: readonly string[];
  /** S-360 ids: decimal numbers without leading zeros, up to 2^63 - 1. */
  readonly ids: readonly string[];
}

/** A list that names none. */
export const noReferences: TicketReferences = { ticketNumbers: [], ids: [] };

/** Most tickets of one force or skip list. A longer list is a filter, or a file. */
export const MOST_REFERENCES = 10_000;

const ALLOWED = 'ticket numbers, and ids as id:123456789, separated by commas';
const HIGHEST_ID = 9_223_372_036_854_775_807n;
const LONGEST_NUMBER = 256;

/**
 * Reads a force or skip list such as `12300123, id:123456789`. Nothing but blanks is an empty list. A problem tells an entry by its place and its
 * shape, entries and characters counted from 1, and never repeats it: somebody may have typed a name or an e-mail address, and failures stay in
 * Temporal's histories for good.
 */
export function parseTicketReferences(
  text: string,
  field: string,
): { readonly references: TicketReferences } | { readonly problems: readonly Problem[] } {
  if (text.trim() === '') return { references: noReferences };
  const entries = text.split(',');
  if (entries.length > MOST_REFERENCES) {
    const found = `${String(entries.length)} entries`;
    return { problems: [{ field, found, allowed: `at most ${String(MOST_REFERENCES)} entries` }] };
  }
  const ticketNumbers = new Set<string>();
  const ids = new Set<string>();
  const problems: Problem[] = [];
  let start = 0;
  for (const [index, raw] of entries.entries()) {
    const entry = raw.trim();
    const position = start + (raw.length - raw.trimStart().length) + 1;
    const mistake = findMistake(entry);
    if (mistake !== undefined)
      problems.push({
        field,
        found: `${mistake}, entry ${String(index + 1)} (from character ${String(position)})`,
        allowed: ALLOWED,
      });
    else if (entry.startsWith('id:')) ids.add(BigInt(entry.slice(3)).toString());
    else ticketNumbers.add(entry);
    start += raw.length + 1;
  }
  return problems.length > 0 ? { problems } : { references: { ticketNumbers: [...ticketNumbers], ids: [...ids] } };
}

/** How many tickets a list names. */
export function countReferences({ ticketNumbers, ids }: TicketReferences): number {
  return ticketNumbers.length + ids.length;
}

/** Two lists as one, each ticket once. */
export function mergeReferences(a: TicketReferences, b: TicketReferences): TicketReferences {
  return {
    ticketNumbers: [...new Set([...a.ticketNumbers, ...b.ticketNumbers])],
    ids: [...new Set([...a.ids, ...b.ids])],
  };
}

function findMistake(entry: string): string | undefined {
  if (entry === '') return 'an empty entry';
  if (/^id\s*:/i.test(entry)) return isId(entry) ? undefined : `${toLength(entry)} that are no ticket id`;
  if (/[\s\p{Cc}\p{Cs}:;]/u.test(entry) || entry.length > LONGEST_NUMBER)
    return `${toLength(entry)} that are no ticket number`;
  return undefined;
}

function toLength(entry: string): string {
  return `${String(Array.from(entry).length)} characters`;
}

function isId(entry: string): boolean {
  const digits = /^id:(\d{1,30})$/.exec(entry)?.[1];
  return digits !== undefined && BigInt(digits) >= 1n && BigInt(digits) <= HIGHEST_ID;
}
