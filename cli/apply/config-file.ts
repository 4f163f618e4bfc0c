import type { AllowedHost } from '../../core/interface-url';
import type { Parameters } from '../../core/parameters/parameters';
import type { Problem } from '../../core/problem';
import type { Schedule } from '../../core/schedule/schedule';

/** One interface of the configuration file, checked (domain.md 3). */
export interface ConfiguredInterface {
  readonly name: string;
  /** Code of the inventory organization. */
  readonly organization: string;
  /** Name of the TIXNGO account. */
  readonly organizer: string;
  readonly type: 'TIXNGO' | 'TIXNGO_WITH_TEMPLATE';
  readonly url: string;
  /** Where the key is found; never the key. */
  readonly apiKey: { readonly env: string } | { readonly file: string };
  readonly login?: string;
  readonly notify: readonly string[];
  readonly parameters: Parameters;
  /** The parameters as they were written, for `tixngo export`. */
  readonly parametersText: string;
}

/** What a configuration file says, every value checked. Organizations and points of sales are names still: only the database knows them. */
export interface ConfigFile {
  readonly interfaces: readonly ConfiguredInterface[];
  readonly schedules: readonly Schedule[];
}

/** A mistake in the file, or something to look at: `line` is missing only when the file as a whole cannot be read. */
export interface FileProblem extends Problem {
  readonly file: string;
}

export interface FileWarning {
  readonly file: string;
  readonly line: number;
  readonly field: string;
  readonly message: string;
}

/** What is known of the world around a configuration file. */
export interface ConfigSurroundings {
  /** How the file is called in messages. */
  readonly file: string;
  /** Hosts that interfaces may name (`TIXNGO_ALLOWED_HOSTS`). */
  readonly allowedHosts: readonly AllowedHost[];
  /** Names of the interfaces that exist already: schedules may belong to them. */
  readonly existingInterfaces: readonly string[];
}
