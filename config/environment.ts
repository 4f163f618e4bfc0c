import { loadClientConnectConfig, type ClientConnectConfig } from '@temporalio/envconfig';
import { z } from 'zod';
import { parseAllowedHosts } from '../core/interface-url';
import { ConfigProblems, describeShape, type ConfigProblem, type UnsetSetting } from './problems';
import { readEnvironment, type Environment } from './read-environment';

export interface Config {
  /** Postgres, as `postgres://user:password@host:port/database`. A secret. */
  readonly databaseUrl: string;
  readonly temporal: {
    /** Address, TLS and API key as `@temporalio/envconfig` reads them (TEMPORAL_ADDRESS, TEMPORAL_TLS..., or a TOML file). */
    readonly connection: ClientConnectConfig['connectionOptions'];
    /** host:port, for messages. */
    readonly address: string;
    readonly namespace: string;
    /** The one task queue of workflows and activities (stack.md "Temporal facts"). */
    readonly taskQueue: string;
    /** Root of the Temporal UI, for links; absent where it is not known. */
    readonly uiUrl?: string;
  };
  readonly tixngo: {
    /** Where interfaces may point (domain.md 3, URL): `host`, or `scheme://host:port`. Empty: nowhere. */
    readonly allowedHosts: readonly string[];
    /** Name of the header that carries an organizer's API key (tixngo-api.md "Access"). */
    readonly apiKeyHeader: string;
  };
  readonly worker: {
    /** Address that `/healthz`, `/readyz` and `/metrics` listen on. */
    readonly listenAddress: string;
    /** Port of `/healthz` and `/readyz`; 0 takes a free one. */
    readonly healthPort: number;
    /** Port of `/metrics` (Prometheus); absent: no metrics. */
    readonly metricsPort?: number;
    /** Milliseconds that calls in flight may take to end on SIGTERM; more than a call's deadline + 5 s (stack.md). */
    readonly shutdownGraceMs: number;
  };
  readonly logLevel: (typeof LOG_LEVELS)[number];
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
/** Where Temporal's own clients look when nobody says where it is. */
const DEFAULT_TEMPORAL_ADDRESS = 'localhost:7233';
const HEADER_NAME = /^[a-z0-9!#$%&'*+.^_`|~-]+$/i;

const port = (allowed: string) =>
  z
    .string(allowed)
    .regex(/^\d{1,5}$/, allowed)
    .transform(Number)
    .refine((value) => value <= 65_535, allowed);

const address = (schemes: readonly string[], allowed: string) =>
  z.string(allowed).refine((value) => URL.canParse(value) && schemes.includes(new URL(value).protocol), allowed);

const settings = z.object({
  DATABASE_URL: address(['postgres:', 'postgresql:'], 'postgres://user:password@host:port/database'),
  // The rule of the interface URLs (core/interface-url.ts) reads the list, so that what passes here works there.
  TIXNGO_ALLOWED_HOSTS: z
    .string()
    .default('')
    .refine((value) => parseAllowedHosts(value).problems.length === 0, {
      error:
        'hosts with commas between them, each host or scheme://host:port (only such an entry admits http, loopback or a private address)',
    })
    .transform((value) => value.split(/[,\s]+/).filter((entry) => entry !== '')),
  TIXNGO_API_KEY_HEADER: z.string().regex(HEADER_NAME, 'the name of an HTTP header').default('x-api-key'),
  TIXNGO_TASK_QUEUE: z
    .string()
    .regex(/^[\w.-]{1,200}$/, 'letters, digits, point, hyphen, underscore')
    .default('tixngo'),
  TIXNGO_TEMPORAL_UI: address(['http:', 'https:'], 'an http or https address').optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS, `one of ${LOG_LEVELS.join(', ')}`).default('info'),
  WORKER_LISTEN_ADDRESS: z.union([z.ipv4(), z.ipv6()], 'an IP address of this machine').default('127.0.0.1'),
  WORKER_HEALTH_PORT: port('a port, 0 to 65535 (0: a free one)').default(8080),
  WORKER_METRICS_PORT: port('a port, 1 to 65535').optional(),
  WORKER_SHUTDOWN_GRACE_SECONDS: z
    .string()
    .regex(/^\d{1,4}$/, 'whole seconds, 36 or more (a call may take 30, its recording 5)')
    .transform(Number)
    .refine((value) => value > 35, 'whole seconds, 36 or more (a call may take 30, its recording 5)')
    .default(40),
});

/** Reads and checks every setting once; throws ConfigProblems with all that is wrong. */
export function loadConfig(environment: Environment = readEnvironment()): Config {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = settings.safeParse(present);
  const temporal = readTemporal(environment);
  const problems = [...(parsed.success ? [] : toProblems(parsed.error, environment)), ...temporal.problems];
  if (!parsed.success || temporal.config === undefined || problems.length > 0) {
    throw new ConfigProblems(problems, listUnset(present, temporal));
  }

  const { connectionOptions, namespace = 'default' } = temporal.config;
  const ours = parsed.data;
  return {
    databaseUrl: ours.DATABASE_URL,
    temporal: {
      connection: connectionOptions,
      address: connectionOptions.address ?? DEFAULT_TEMPORAL_ADDRESS,
      namespace,
      taskQueue: ours.TIXNGO_TASK_QUEUE,
      ...(ours.TIXNGO_TEMPORAL_UI !== undefined && { uiUrl: ours.TIXNGO_TEMPORAL_UI }),
    },
    tixngo: { allowedHosts: ours.TIXNGO_ALLOWED_HOSTS, apiKeyHeader: ours.TIXNGO_API_KEY_HEADER },
    worker: {
      listenAddress: ours.WORKER_LISTEN_ADDRESS,
      healthPort: ours.WORKER_HEALTH_PORT,
      ...(ours.WORKER_METRICS_PORT !== undefined && { metricsPort: ours.WORKER_METRICS_PORT }),
      shutdownGraceMs: ours.WORKER_SHUTDOWN_GRACE_SECONDS * 1000,
    },
    logLevel: ours.LOG_LEVEL,
  };
}

/** What servers of one's own nearly always need beside the database, so that one start says all that is to be set. */
function listUnset(present: Environment, temporal: TemporalSettings): readonly UnsetSetting[] {
  const unset: UnsetSetting[] = [];
  if (temporal.config !== undefined && temporal.config.connectionOptions.address === undefined) {
    unset.push({ name: 'TEMPORAL_ADDRESS', without: `Temporal is looked for at ${DEFAULT_TEMPORAL_ADDRESS}` });
  }
  if (present.TIXNGO_ALLOWED_HOSTS === undefined) {
    unset.push({ name: 'TIXNGO_ALLOWED_HOSTS', without: 'interfaces may point nowhere' });
  }
  return unset;
}

interface TemporalSettings {
  readonly config?: ClientConnectConfig;
  readonly problems: readonly ConfigProblem[];
}

function readTemporal(environment: Environment): TemporalSettings {
  const overrideEnvVars = Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, value]],
    ),
  );
  try {
    const config = loadClientConnectConfig({ overrideEnvVars });
    const { address: found } = config.connectionOptions;
    if (found === undefined || /^[^\s/:]+:\d{1,5}$|^\[[0-9a-f:]+\]:\d{1,5}$/i.test(found))
      return { config, problems: [] };
    return { problems: [{ name: 'TEMPORAL_ADDRESS', found: describeShape(found), allowed: 'host:port' }] };
  } catch (error) {
    // envconfig's messages name the file or the variable; its class says nothing more.
    const found = error instanceof Error ? error.message : 'settings that cannot be read';
    const allowed = 'what Temporal documents for its environment variables and temporal.toml';
    return { problems: [{ name: 'TEMPORAL_...', found, allowed }] };
  }
}

function toProblems(error: z.ZodError, environment: Environment): ConfigProblem[] {
  return error.issues.map((issue) => {
    const name = String(issue.path[0]);
    return { name, found: describeShape(environment[name]), allowed: issue.message };
  });
}
