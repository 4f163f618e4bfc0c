import type { ChangeLog } from './change-log';
import type { PageFault } from './diff-faults';
import type { DiffRecord } from './diff-record';
import { mostOwed, readPaginationKey, toPaginationKey, type Place } from './pagination-key';
import { draw } from './random';

export interface PageRequest {
  readonly organizer: string;
  readonly paginationKey: string;
  readonly limit: number;
  /** Records of the page before that the page begins with once more, if there are so many. */
  readonly repeated: number;
  readonly fault: PageFault['how'] | undefined;
}

export interface Page {
  readonly tickets: readonly DiffRecord[];
  readonly paginationKey: string;
  readonly hasMore: boolean;
}

/** A page of an account's log; undefined when the key has expired, which an unknown one has, too. */
export function readPage(request: PageRequest, log: ChangeLog): Page | undefined {
  const { organizer, paginationKey, fault, limit } = request;
  const secret = log.secretOf(organizer);
  const { first, end } = log.range(organizer);
  const place = paginationKey === '' ? { index: first, owed: [], turn: 0 } : readPaginationKey(paginationKey, secret);
  if (place === undefined || place.index > end || Math.min(place.index, ...place.owed) < first) return undefined;
  const toKey = (next: Place) => toPaginationKey(next, secret);
  const page = takePage(place, request, log);
  const honest = { tickets: page.records, paginationKey: toKey(page.next), hasMore: page.hasMore };
  switch (fault) {
    case 'key-stuck':
      return { ...honest, paginationKey, hasMore: true };
    case 'key-empty':
      return { ...honest, paginationKey: '', hasMore: true };
    case 'key-back':
      return {
        ...honest,
        paginationKey: toKey({ index: Math.max(first, place.index - limit), owed: [], turn: 0 }),
        hasMore: true,
      };
    case 'endless':
      return { tickets: [], paginationKey: toKey({ ...place, turn: place.turn + 1 }), hasMore: true };
    case 'repeated':
      if (place.index === first) return honest;
      return {
        tickets: log.read(organizer, Math.max(first, place.index - limit), place.index),
        paginationKey,
        hasMore: true,
      };
    case 'reversed':
      return { ...honest, tickets: honest.tickets.toReversed() };
    default:
      return honest;
  }
}

interface TakenPage {
  readonly records: readonly DiffRecord[];
  readonly next: Place;
  readonly hasMore: boolean;
}

/** First what is repeated, then what follows, last what is owed: that is older than what stands before it. */
function takePage(place: Place, { organizer, limit, repeated, fault }: PageRequest, log: ChangeLog): TakenPage {
  const { first, end } = log.range(organizer);
  const from = Math.max(first, place.index - Math.min(repeated, limit - 1));
  const room = limit - (place.index - from);
  const told = place.owed.slice(0, room);
  const to = Math.min(end, place.index + room - told.length);
  const held = fault === 'late' ? holdBack(place, to) : [];
  const range = log.read(organizer, from, to).filter((_, position) => !held.includes(from + position));
  const records = [...range, ...told.flatMap((index) => log.read(organizer, index, index + 1))];
  const owed = [...place.owed.slice(told.length), ...held];
  return { records, next: { index: to, owed, turn: 0 }, hasMore: to < end || owed.length > 0 };
}

/** About a quarter of the records, never the last: a page without any would stop the reader. */
function holdBack({ index, owed }: Place, to: number): readonly number[] {
  const held: number[] = [];
  for (let position = index; position < to - 1 && owed.length + held.length < mostOwed; position += 1) {
    if (draw(0, position) % 4 === 0) held.push(position);
  }
  return held;
}
