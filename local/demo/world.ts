import type { SystemClient } from '../../client/system-client';
import type { Database } from '../../db/database';
import type { SandboxAdmin } from '../../sandbox/admin-client';
import type { SeasonFiles } from '../season/season';
import type { Stack } from '../stack';
import type { ConfigurationChanges } from './configuration';
import type { DueTicket } from './due';
import type { Operator } from './operator';
import type { DemoScreen } from './screen';

/** Everything that a chapter of the demo works with. */
export interface DemoWorld {
  readonly screen: DemoScreen;
  readonly operator: Operator;
  readonly stack: Stack;
  readonly sandbox: SandboxAdmin;
  /** To read what came of runs; chapters change nothing but by commands. */
  readonly database: Database;
  readonly client: SystemClient;
  /** Folder of the demo's own files; removed at its end. */
  readonly folder: string;
  readonly files: SeasonFiles;
  /** What waits for injection by the files, in the order of the ids. */
  readonly due: readonly DueTicket[];
  /** The ticket that the sandbox will refuse: the last one of the host, so that no other run meets it before. */
  readonly poison: DueTicket;
  /** What the demo puts into its configuration file. */
  readonly configuration: ConfigurationChanges;
  /** Of the season and of the crowd. */
  readonly seed: number;
  /** Milliseconds since 1970: runs opened since then are the demo's. */
  readonly startedAtMs: number;
  readonly signal: AbortSignal;
}

/** The TIXNGO account that both organizations share. */
export const ORGANIZER = 'euro-example';
/** The environment variable that holds its key; the configuration file names it. */
export const KEY_VARIABLE = 'EURO_TIXNGO_KEY';
