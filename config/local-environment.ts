import { type Environment } from './read-environment';

/** What the local stack takes from outside instead of starting its own (architecture.md "Local stack"). */
export interface LocalEnvironment {
  /** A Postgres that exists. */
  readonly databaseUrl?: string;
  /** A Temporal server that exists. */
  readonly temporalAddress?: string;
  /** A `temporal` program to start. */
  readonly temporalProgram?: string;
  /** Folders that programs are looked for in. */
  readonly path: readonly string[];
}

/** Reads the settings of the local stack; a stack that runs in the same folder is no server "from outside". */
export function readLocalEnvironment(environment: Environment = process.env): LocalEnvironment {
  const { DATABASE_URL, TEMPORAL_ADDRESS, TEMPORAL_CLI, PATH = '' } = environment;
  return {
    ...(DATABASE_URL !== undefined && DATABASE_URL !== '' && { databaseUrl: DATABASE_URL }),
    ...(TEMPORAL_ADDRESS !== undefined && TEMPORAL_ADDRESS !== '' && { temporalAddress: TEMPORAL_ADDRESS }),
    ...(TEMPORAL_CLI !== undefined && TEMPORAL_CLI !== '' && { temporalProgram: TEMPORAL_CLI }),
    path: PATH.split(':').filter((folder) => folder !== ''),
  };
}
