import type { Config } from '../config/environment';
import type { Environment } from '../config/read-environment';

export interface StackOptions {
  /** Folder of the data. */
  readonly folder: string;
  /** Folder of the logs; `.local/logs` unless given. */
  readonly logFolder?: string;
  /** The data is removed at the end, even when this process is killed. */
  readonly temporary?: boolean;
  /** Brings schema, namespace and search attributes up to date, after the servers and before the worker. */
  readonly migrate: (config: Config) => Promise<void>;
  /** Flags of the sandbox, at least one `--organizer NAME:KEYENV`. */
  readonly sandboxArgs: readonly string[];
  /** Settings for sandbox and worker, for instance the keys that the sandbox's flags and the configuration file name. */
  readonly environment?: Environment;
  /** Ports; free ones unless given. */
  readonly ports?: Readonly<Partial<Record<'postgres' | 'temporal' | 'temporalUi' | 'sandbox' | 'health', number>>>;
  /** Server settings of Temporal (values are JSON). */
  readonly dynamicConfig?: Readonly<Record<string, string>>;
  /** Working folder in which other commands shall find this stack (`tixngo status`); none unless given. */
  readonly publishIn?: string;
  /** Gives the start up and ends what has started; pass what Ctrl-C aborts. */
  readonly signal?: AbortSignal;
  /** Told one line per step. */
  readonly tell: (line: string) => void;
}
