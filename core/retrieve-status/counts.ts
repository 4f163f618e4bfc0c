/** Numbers of records of an execution of retrieve-status, and of its pages. */
export interface RetrieveCounts {
  readonly pages: number;
  readonly records: number;
  readonly applied: number;
  readonly older: number;
  readonly repeated: number;
  readonly skipped: number;
  readonly putAside: number;
  /** Tickets seen in the wallet that nobody knows to have been sent. */
  readonly seen: number;
}

/** Of an execution that has read nothing. */
export const noRecords: RetrieveCounts = {
  pages: 0,
  records: 0,
  applied: 0,
  older: 0,
  repeated: 0,
  skipped: 0,
  putAside: 0,
  seen: 0,
};
