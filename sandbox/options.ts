/** An account of the stand-in. */
export interface Account {
  /** Name, as accountStatus answers it. */
  readonly organizer: string;
  readonly apiKey: string;
}

export interface SandboxOptions {
  readonly accounts: readonly Account[];
  /** 0 or absent: a free one. */
  readonly port?: number;
  /** Milliseconds that every call of the contract takes at least. */
  readonly latencyMs?: number;
  /** Accepts everything, validates and keeps nothing, counts tickets: cheap enough to measure others with. */
  readonly bench?: boolean;
  /** File that the wallets are read from at the start, and written to when they changed and at the end. */
  readonly snapshotFile?: string;
  /** Treats a repeated key as a new request: nothing may rely on keys (tixngo-api.md "Access"). */
  readonly ignoreIdempotencyKeys?: boolean;
  /** Milliseconds from DELETION_PENDING to DELETED; absent: deletions wait until they are confirmed by hand. */
  readonly deletionDelayMs?: number;
  readonly apiKeyHeader?: string;
  /** Chance that a page of the diff begins with records of the page before; 0.2 when absent, 0 in bench mode. */
  readonly repeatChance?: number;
  /** Milliseconds between two rounds of a crowd that acts by itself; absent: nobody acts unless asked to. */
  readonly crowdEveryMs?: number;
  /** Seed of the randomness of faults, repeats and the crowd; 1 when absent. */
  readonly seed?: number;
}
