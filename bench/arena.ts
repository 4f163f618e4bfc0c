import type { SandboxAdmin } from '../sandbox/admin-client';
import type { Run } from './race';
import type { RunDatabase, Stage } from './stage';

/** What a contender is given: a database, and the API in a process of its own. */
export interface Arena {
  readonly stage: Stage;
  readonly database: RunDatabase;
  readonly sandbox: { readonly pid: number; readonly admin: SandboxAdmin };
}

/** What a contender gives back. */
export interface Timed extends Omit<Run, 'tickets'> {
  /** Milliseconds since 1970: what the API's clock is compared with. */
  readonly startedAt: number;
  /** What our own report says; the plain loop has none. */
  readonly report?: { readonly planned: number; readonly delivered: number };
}
