import type { Usage } from './meter';
import type { RunDatabase, Stage } from './stage';

/** What a contender is given: a database, and the API in a process of its own. */
export interface Arena {
  readonly stage: Stage;
  readonly database: RunDatabase;
  readonly sandboxPid: number;
}

/** What a contender gives back. */
export interface Timed extends Usage {
  readonly seconds: number;
}
