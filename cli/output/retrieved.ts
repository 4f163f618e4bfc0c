import { count } from '../../core/count';
import type { ReadFrom } from '../../db/queries/operations/find-execution';
import type { CursorRow } from '../../db/queries/operations/list-cursors';
import type { RetrieveCounts } from '../../core/retrieve-status/counts';
import { toTime } from './times';

/** `1200 records in 2 pages: 1100 applied, 80 older, 20 repeated`: what there is none of is left out. */
export function describeRetrieved(counts: RetrieveCounts): string {
  const parts = [
    [counts.applied, 'applied'],
    [counts.older, 'older than what is known'],
    [counts.repeated, 'known already'],
    [counts.skipped, 'of skipped tickets'],
    [counts.putAside, 'put aside'],
    [counts.seen, 'of tickets seen in the wallet without a mark'],
  ] as const;
  const told = parts.filter(([records]) => records > 0).map(([records, what]) => `${String(records)} ${what}`);
  const total = `${count(counts.records, 'record')} in ${count(counts.pages, 'page')}`;
  return told.length === 0 ? total : `${total}: ${told.join(', ')}`;
}

/** Where a run read from that did not go on from the cursor, and the pagination key that it left for that. */
export function describeReadFrom({ fullResync, cursor, leftCursor, upload, ...file }: ReadFrom): string {
  if (upload !== null) {
    const { fileRecords, fileApplied } = file;
    const how =
      fileRecords === null || fileApplied === null ? '' : `: ${String(fileApplied)} of ${count(fileRecords, 'record')}`;
    return `a file (upload ${String(upload)})${how}; the cursor stays`;
  }
  const what = fullResync ? 'full resync, everything is read again' : `moved the cursor to ${showKey(cursor ?? '')}`;
  return leftCursor === null ? what : `${what}; the pagination key was ${showKey(leftCursor)}`;
}

export function toCursorDocument({ paginationKey, movedAtMs, holder, putAside }: CursorRow, timeZone: string): object {
  return { paginationKey, movedAt: movedAtMs === null ? null : toTime(movedAtMs, timeZone), holder, putAside };
}

/** The pagination key as it has to be written for `--confirm-cursor`. */
export function showKey(paginationKey: string): string {
  return paginationKey === '' ? "'' (empty: from the beginning)" : paginationKey;
}
