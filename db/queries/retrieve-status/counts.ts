/** Numbers of an execution of retrieve-status, kept on its row and added to by the transaction of each page. */
export interface RetrievedCounts {
  readonly pages: number;
  readonly records: number;
  readonly applied: number;
  readonly older: number;
  readonly repeated: number;
  readonly skipped: number;
  readonly putAside: number;
  readonly seen: number;
}

const none: RetrievedCounts = {
  pages: 0,
  records: 0,
  applied: 0,
  older: 0,
  repeated: 0,
  skipped: 0,
  putAside: 0,
  seen: 0,
};

/** What `execution.retrieved` says: 0 for what is not on record yet. */
export function readCounts(stored: Partial<RetrievedCounts> | null): RetrievedCounts {
  return { ...none, ...stored };
}
