import { createHmac } from 'node:crypto';

/** Where the reader of an account's log stands. */
export interface Place {
  /** The next record to tell, counted from the first that ever was. */
  readonly index: number;
  /** Records before it that were held back and are told by the next pages. */
  readonly owed: readonly number[];
  /** Tells keys apart that stand for the same place. */
  readonly turn: number;
}

/** Most records that may be owed: their places are in the key, which holds 512 characters. */
export const mostOwed = 20;

/** The whole place is in the key, so that an answer that was lost can be asked for again; signed, so that no other epoch or account takes it. */
export function toPaginationKey({ index, owed, turn }: Place, secret: string): string {
  const place = [index, turn, ...owed.map((position) => index - position)].map((part) => part.toString(36)).join('.');
  return Buffer.from(`${place}.${sign(place, secret)}`).toString('base64url');
}

/** Undefined: a key that this log never gave, or that an earlier one did, before a reset. */
export function readPaginationKey(key: string, secret: string): Place | undefined {
  const text = Buffer.from(key, 'base64url').toString('latin1');
  const place = text.slice(0, Math.max(0, text.lastIndexOf('.')));
  if (place === '' || text !== `${place}.${sign(place, secret)}`) return undefined;
  const [index = 0, turn = 0, ...distances] = place.split('.').map((part) => Number.parseInt(part, 36));
  return { index, turn, owed: distances.map((distance) => index - distance) };
}

function sign(place: string, secret: string): string {
  return createHmac('sha256', secret).update(place).digest('hex').slice(0, 16);
}
