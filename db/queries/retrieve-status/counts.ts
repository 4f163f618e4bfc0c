import { noRecords, type RetrieveCounts } from '../../../core/retrieve-status/counts';

/** What `execution.retrieved` says: 0 for what is not on record yet. Each page's transaction adds to it. */
export function readCounts(stored: Partial<RetrieveCounts> | null): RetrieveCounts {
  return { ...noRecords, ...stored };
}
