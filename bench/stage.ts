import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { loadConfig } from '../config/environment';
import { childEnvironment, type Environment } from '../config/read-environment';
import { connectClient } from '../client/connect';
import { setUpTemporal } from '../client/set-up';
import { freePort } from '../local/free-port';
import { startPostgres, type Postgres } from '../local/postgres';
import { PROJECT_ROOT } from '../local/project-root';
import { SEARCH_ATTRIBUTES } from '../local/search-attributes';
import { listStateFiles, startTemporal, type TemporalServer } from '../local/temporal';
import { account } from './account';
import { listStatements, type LoggedStatement, markEnd, statementLogSettings } from './statement-log';
import { buildTemplate, type Season, type Template } from './template';

/** The servers that all runs share, and the databases that they start from. */
export interface Stage {
  readonly logFolder: string;
  readonly postgresPid: number;
  readonly temporalPid: number;
  readonly sandboxPort: number;
  /** A database as it stands before a run. */
  readonly openRunDatabase: (season: Season) => Promise<RunDatabase>;
  readonly close: () => Promise<void>;
}

export interface RunDatabase {
  readonly url: string;
  /** The due tickets, or those that are injected. */
  readonly dueTicketIds: ReadonlySet<string>;
  /** What a program needs to work on it. */
  readonly environment: Environment;
  /** From now on Postgres logs what new connections to this database ask. */
  readonly logStatements: () => Promise<void>;
  /** Marks this moment; the function that it gives lists the statements since. */
  readonly markStatements: () => () => readonly LoggedStatement[];
  readonly drop: () => Promise<void>;
}

/** Starts Postgres as it comes, with fsync on, and a Temporal server on a database file. */
export async function openStage(tell: (line: string) => void): Promise<Stage> {
  const local = join(PROJECT_ROOT, '.local');
  await mkdir(local, { recursive: true });
  const folder = await mkdtemp(join(local, 'bench-'));
  // Root's Postgres runs as another user, who must be able to pass; else its data would be kept elsewhere.
  await chmod(folder, 0o711);
  // Not in the folder that is removed: a log tells why a run failed.
  const logFolder = join(local, 'logs');
  const postgres = await startPostgres({
    folder: join(folder, 'postgres'),
    logFolder,
    temporary: true,
    removeAfter: [folder],
  });
  try {
    const stateFile = join(folder, 'temporal.db');
    const temporal = await startTemporal({
      logFolder,
      stateFile,
      searchAttributes: SEARCH_ATTRIBUTES,
      removeAfter: listStateFiles(stateFile),
      tell,
    });
    return await openOn({ folder, logFolder, postgres, temporal, tell });
  } catch (error) {
    await postgres.close();
    throw error;
  }
}

interface Servers {
  readonly folder: string;
  readonly logFolder: string;
  readonly postgres: Postgres;
  readonly temporal: TemporalServer;
  readonly tell: (line: string) => void;
}

async function openOn(servers: Servers): Promise<Stage> {
  const { folder, logFolder, postgres, temporal, tell } = servers;
  const sandboxPort = await freePort();
  const environment = {
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_TLS: 'false',
    TIXNGO_ALLOWED_HOSTS: `http://127.0.0.1:${String(sandboxPort)}`,
    [account.keyVariable]: account.key,
  };
  await setUpNamespace({ ...environment, DATABASE_URL: postgres.url });
  const templates = new Map<string, Template>();
  let runs = 0;
  const findTemplate = async (season: Season): Promise<Template> => {
    const name = toDatabaseName(season);
    const known = templates.get(name);
    if (known !== undefined) return known;
    tell(`Filling a database with ${String(season.tickets)} ${season.state} tickets.`);
    const url = await createDatabase(postgres, name);
    const built = await buildTemplate({ url, season, folder, logFolder, sandboxPort, environment });
    templates.set(name, built);
    return built;
  };
  return {
    logFolder,
    postgresPid: postgres.program.pid,
    temporalPid: temporal.program.pid,
    sandboxPort,
    openRunDatabase: async (season) => {
      const { dueTicketIds } = await findTemplate(season);
      runs += 1;
      const name = `run_${String(runs)}`;
      const url = await createDatabase(postgres, name, toDatabaseName(season));
      return {
        url,
        dueTicketIds,
        environment: { ...environment, DATABASE_URL: url },
        logStatements: () => logStatements(postgres, name),
        markStatements: () => {
          const readLog = markEnd(join(logFolder, 'postgres.log'));
          return () => listStatements(readLog(), name);
        },
        drop: () => administer(postgres, `drop database ${name} with (force)`),
      };
    },
    close: async () => {
      await temporal.close();
      await postgres.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function toDatabaseName({ state, tickets }: Season): string {
  return `${state}_${String(tickets)}`;
}

async function setUpNamespace(environment: Environment): Promise<void> {
  const open = await connectClient(loadConfig(childEnvironment(environment)).temporal);
  try {
    await setUpTemporal(open);
  } finally {
    await open.connection.close();
  }
}

/** Copied file by file: through the log, the copy of a season would still be on its way to the disk when the run begins. */
async function createDatabase(postgres: Postgres, name: string, template?: string): Promise<string> {
  const copy = template === undefined ? '' : ` template ${template} strategy file_copy`;
  await administer(postgres, `create database ${name}${copy}`);
  await administer(postgres, 'checkpoint');
  const url = new URL(postgres.url);
  url.pathname = `/${name}`;
  return url.toString();
}

async function logStatements(postgres: Postgres, name: string): Promise<void> {
  for (const setting of statementLogSettings.server) await administer(postgres, `alter system set ${setting}`);
  await administer(postgres, 'select pg_reload_conf()');
  for (const setting of statementLogSettings.database)
    await administer(postgres, `alter database ${name} set ${setting}`);
}

async function administer(postgres: Postgres, statement: string): Promise<void> {
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
