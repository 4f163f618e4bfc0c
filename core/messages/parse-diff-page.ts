import { isPaginationKey, paginationKeyRule } from '../retrieve-status/pagination-key';
import type { DiffPage, PutAsideRecord, WalletRecord } from '../retrieve-status/wallet-record';
import { isWalletRecord, parsePageRecord } from './parse-wallet-record';
import { isArray, isObject } from './read-fields';

/**
 * Reads the body of a diff answer. A body of another shape is a problem of the whole answer, told by path and without values; a wrong
 * record is put aside and leaves the others alone (reliability.md F23).
 */
export function parseDiffPage(body: unknown): DiffPage | { readonly problem: string } {
  if (!isObject(body)) return { problem: 'the answer is no object' };
  const { tickets, paginationKey, hasMore } = body;
  if (!isArray(tickets)) return { problem: 'tickets is no list' };
  if (typeof hasMore !== 'boolean') return { problem: 'hasMore is neither true nor false' };
  if (typeof paginationKey !== 'string') return { problem: 'paginationKey is no text' };
  if (!isPaginationKey(paginationKey)) return { problem: `paginationKey is no ${paginationKeyRule}` };
  return { ...sortRecords(tickets), paginationKey, hasMore };
}

function sortRecords(tickets: readonly unknown[]): Pick<DiffPage, 'records' | 'putAside'> {
  const records: WalletRecord[] = [];
  const putAside: PutAsideRecord[] = [];
  for (const ticket of tickets) {
    const record = parsePageRecord(ticket);
    if (isWalletRecord(record)) records.push(record);
    else putAside.push(record);
  }
  return { records, putAside };
}
