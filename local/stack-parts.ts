import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readLocalEnvironment } from '../config/local-environment';
import { RUNNING_STACK_FILE, type Environment } from '../config/read-environment';
import { startPostgres } from './postgres';
import { describeEnd, type ProgramEnd } from './program';
import { SEARCH_ATTRIBUTES } from './search-attributes';
import type { StackOptions } from './stack-options';
import { startSandboxProgram } from './stack-sandbox';
import { listStateFiles, startTemporal } from './temporal';

/** What a stack has started so far. */
export interface Parts {
  readonly folder: string;
  readonly logFolder: string;
  /** Ends each part; the last one started comes first. */
  readonly ends: (() => Promise<void>)[];
  /** Told when a part ends by itself: which, how, and where its log is. */
  readonly breaks: (what: string) => void;
}

/** Makes the folders of data and logs; what is in the folder of data already is for its owner alone from now on. */
export function openFolders(options: StackOptions): Pick<Parts, 'folder' | 'logFolder' | 'ends'> {
  const folder = resolve(options.folder);
  const logFolder = resolve(options.logFolder ?? join('.local', 'logs'));
  mkdirSync(folder, { recursive: true });
  mkdirSync(logFolder, { recursive: true });
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    // Postgres has a folder of its own, and its own rules for it.
    if (entry.isFile()) chmodSync(join(folder, entry.name), 0o600);
  }
  const remove = (): Promise<void> => {
    rmSync(folder, { recursive: true, force: true });
    return Promise.resolve();
  };
  return { folder, logFolder, ends: options.temporary ? [remove] : [] };
}

/** Starts Postgres, or takes the one that DATABASE_URL names; returns the settings that reach it. */
export async function startDatabase(options: StackOptions, parts: Parts, signal: AbortSignal): Promise<Environment> {
  const { databaseUrl } = readLocalEnvironment();
  if (databaseUrl !== undefined) {
    options.tell('Postgres: the one that DATABASE_URL names.');
    return { DATABASE_URL: databaseUrl };
  }
  const { ports, temporary = false } = options;
  const postgres = await startPostgres({
    folder: join(parts.folder, 'postgres'),
    logFolder: parts.logFolder,
    temporary,
    removeAfter: temporary ? [parts.folder] : [],
    signal,
    ...(ports?.postgres !== undefined && { port: ports.postgres }),
  });
  keep(parts, { name: 'Postgres', log: 'postgres.log' }, postgres);
  options.tell(`Postgres on 127.0.0.1:${new URL(postgres.url).port}.`);
  return { DATABASE_URL: postgres.url };
}

/** Starts Temporal, or takes the one that TEMPORAL_ADDRESS names; returns the settings that reach it. */
export async function startServer(options: StackOptions, parts: Parts, signal: AbortSignal): Promise<Environment> {
  const { temporalAddress } = readLocalEnvironment();
  if (temporalAddress !== undefined) {
    options.tell('Temporal: the one that TEMPORAL_ADDRESS names.');
    return { TEMPORAL_ADDRESS: temporalAddress };
  }
  const { ports, dynamicConfig, temporary = false, tell } = options;
  const stateFile = join(parts.folder, 'temporal.db');
  const temporal = await startTemporal({
    logFolder: parts.logFolder,
    stateFile,
    searchAttributes: SEARCH_ATTRIBUTES,
    removeAfter: temporary ? listStateFiles(stateFile) : [],
    tell,
    signal,
    ...(dynamicConfig && { dynamicConfig }),
    ...(ports?.temporal !== undefined && { port: ports.temporal }),
    ...(ports?.temporalUi !== undefined && { uiPort: ports.temporalUi }),
  });
  keep(parts, { name: 'Temporal', log: 'temporal.log' }, temporal);
  tell(`Temporal on ${temporal.address}, its UI on ${temporal.uiUrl}`);
  // A TEMPORAL_TLS or a temporal.toml of the user's is for another server.
  return { TEMPORAL_ADDRESS: temporal.address, TEMPORAL_TLS: 'false', TIXNGO_TEMPORAL_UI: temporal.uiUrl };
}

/** Starts the sandbox and lets interfaces point there (domain.md 3, URL). */
export async function startSandbox(options: StackOptions, parts: Parts, signal: AbortSignal) {
  const { ports, sandboxArgs, environment = {} } = options;
  const sandbox = await startSandboxProgram({
    args: [...sandboxArgs, ...(ports?.sandbox === undefined ? [] : ['--port', String(ports.sandbox)])],
    environment,
    logFolder: parts.logFolder,
    signal,
  });
  keep(parts, { name: 'The sandbox', log: 'sandbox.log' }, { program: sandbox, close: () => sandbox.stop() });
  options.tell(`Sandbox (a stand-in for TIXNGO) on ${sandbox.url}`);
  const hosts = [environment.TIXNGO_ALLOWED_HOSTS ?? '', new URL(sandbox.url).origin];
  const allowed = hosts.filter((host) => host !== '').join(',');
  return { url: sandbox.url, adminUrl: sandbox.adminUrl, environment: { TIXNGO_ALLOWED_HOSTS: allowed } };
}

/** Writes down how other commands of the same folder reach the stack; for its owner only, it holds a password. */
export function publishStack({ publishIn }: StackOptions, { ends }: Parts, environment: Environment): void {
  if (publishIn === undefined) return;
  const file = join(publishIn, RUNNING_STACK_FILE);
  mkdirSync(join(publishIn, '.local'), { recursive: true });
  rmSync(file, { force: true });
  const own = JSON.stringify({ pid: process.pid, environment });
  writeFileSync(file, own, { mode: 0o600 });
  ends.push(() => {
    // Another stack of the folder may have taken the place meanwhile.
    if (existsSync(file) && readFileSync(file, 'utf8') === own) rmSync(file, { force: true });
    return Promise.resolve();
  });
}

/** A part as it is told of: its name, and its log below the folder of the logs. */
export interface Told {
  readonly name: string;
  readonly log: string;
}

/** Tells of a part that ended without being asked to. */
export function tellBreak({ breaks, logFolder }: Parts, { name, log }: Told, end: ProgramEnd): void {
  const what = end.guardKilled ? 'ended' : 'ended by itself';
  breaks(`${name} ${what} (${describeEnd(end)}). Its log: ${join(logFolder, log)}`);
}

function keep(
  parts: Parts,
  told: Told,
  part: { program: { ended: Promise<ProgramEnd> }; close(): Promise<void> },
): void {
  let closing = false;
  parts.ends.push(() => {
    closing = true;
    return part.close();
  });
  void part.program.ended.then((end) => {
    if (!closing) tellBreak(parts, told, end);
  });
}
