import { count } from '../count';
import { quote } from '../problem';
import type { DiffPage } from './wallet-record';

/** So many pages without progress in a row end a run (reliability.md F21). */
export const MOST_IDLE_PAGES = 3;

/** A page as its pagination key tells of progress. */
export interface KeyedPage {
  /** The key that the page was asked for with. */
  readonly asked: string;
  /** The key that it answered. */
  readonly key: string;
  readonly hasMore: boolean;
  readonly records: number;
  /** Whether `key` was asked for before and leads back (`isLedBack`), `asked` included. */
  readonly askedBefore: boolean;
}

/** What is known of a pagination key that was asked for before. */
export interface AskedBefore {
  readonly byThisRun: boolean;
  /** The highest change number that its page held; null when it held no record. */
  readonly newest: number | null;
}

/**
 * Whether a key that was asked for before leads back from a page whose highest change number is `newest`. One of this run always does. One of an
 * earlier run does where its own page held nothing newer: else an account that a strange key has led back could not come by there again.
 */
export function isLedBack(newest: number | undefined, asked: AskedBefore): boolean {
  return asked.byThisRun || (asked.newest !== null && (newest === undefined || asked.newest <= newest));
}

/** The highest change number of a page; undefined when no record of it has one. */
export function newestOf(records: DiffPage['records']): number | undefined {
  return records.reduce<number | undefined>(
    (newest, { changeNumber }) => (newest === undefined || changeNumber > newest ? changeNumber : newest),
    undefined,
  );
}

/** Where a page leaves the cursor, and how the run goes on after it is written. */
export interface Progress {
  /** The cursor after the page: its key, or `asked` where that would lead back. */
  readonly cursor: string;
  /** Pages without progress in a row, this one included. */
  readonly idlePages: number;
  readonly next: 'fetch' | 'done' | 'stop';
  /** With `stop`: one line that names the key and what to do. */
  readonly problem?: string;
}

/**
 * Judges the progress of a page (reliability.md F21): none when it promises more and its key was asked for before and leads
 * back or is empty again, or it holds no record. It is applied all the same, for applying twice changes nothing; the third in a row ends the run.
 */
export function judgeProgress(page: KeyedPage, idleBefore: number): Progress {
  const leadsBack = (page.askedBefore && page.key !== page.asked) || (page.key === '' && page.asked !== '');
  const cursor = leadsBack ? page.asked : page.key;
  if (!page.hasMore) return { cursor, idlePages: 0, next: 'done' };
  const isIdle = leadsBack || page.askedBefore || page.key === page.asked || page.records === 0;
  const idlePages = isIdle ? idleBefore + 1 : 0;
  if (idlePages < MOST_IDLE_PAGES) return { cursor, idlePages, next: 'fetch' };
  const problem =
    `${count(idlePages, 'page')} in a row without progress at pagination key ${quote(page.asked)}: ` +
    `TIXNGO answers key ${quote(page.key)} with ${count(page.records, 'record')} and says that there is more. Ask TIXNGO; the next run goes on from there. Should TIXNGO be right, read everything again with --full-resync`;
  return { cursor, idlePages, next: 'stop', problem };
}

const FEWEST_BROKEN = 20;
const BROKEN_SHARE = 0.05;

/**
 * Whether so much of a page breaks the contract that it is no matter of single records: 20 records or more and more than 5 % of it
 * (reliability.md F23). Unknown tickets and statuses never count.
 */
export function isContractBroken({ records, putAside }: Pick<DiffPage, 'records' | 'putAside'>): boolean {
  const broken = countBroken(putAside);
  return broken >= FEWEST_BROKEN && broken > (records.length + putAside.length) * BROKEN_SHARE;
}

/** One line for a page that `isContractBroken`: how much of it, the first problem by path, and `stays`, a sentence on what is left where. */
export function describeBrokenContract(
  { records, putAside }: Pick<DiffPage, 'records' | 'putAside'>,
  stays: string,
): string {
  const first = putAside.find(isBroken)?.problem ?? 'none';
  const all = records.length + putAside.length;
  return `${countBroken(putAside).toString()} of ${count(all, 'record')} of a page break the contract, the first one: ${first}. ${stays}`;
}

function countBroken(putAside: DiffPage['putAside']): number {
  return putAside.filter(isBroken).length;
}

function isBroken({ reason }: DiffPage['putAside'][number]): boolean {
  return reason === 'INVALID' || reason === 'TOO_LARGE';
}
