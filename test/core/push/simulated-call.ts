import type { FaultyApi } from './faulty-api';

/** What a simulated push meets. */
export interface PushOptions {
  readonly tickets: number;
  readonly batchSize: number;
  /** Lanes. */
  readonly window: number;
  readonly api: FaultyApi;
  /** How long calls take, in turn. */
  readonly latenciesMs: readonly number[];
  /** When workers are killed. */
  readonly deathsAtMs: readonly number[];
  /** Numbers from 0 to 1, in turn. */
  readonly luck: readonly number[];
}

/** A call as Postgres keeps it, and what was seen of it. */
export interface SimulatedCall {
  readonly batch: number;
  readonly number: number;
  readonly positions: readonly number[];
  answered: boolean;
  refusedWhole: boolean;
  /** From when on nobody waits for it: its deadline, or its failure. */
  overAt: number;
  worker: number;
  /** The tickets of each time that it went out. */
  readonly made: string[];
}
