import { count } from '../core/count';
import { retentionDays } from '../client/set-up';
import type { SystemClient } from '../client/system-client';
import type { Database } from '../db/database';
import { newestMigration } from '../db/migrations/newest';
import { listInterfaces } from '../db/queries/operations/list-interfaces';
import { listLiveWorkers, type LiveWorker } from '../db/queries/operations/list-live-workers';
import { listSchedules } from '../db/queries/operations/list-schedules';
import { readSchemaVersion } from '../db/queries/operations/read-schema-version';
import type { Answer } from './answer';
import type { CommandFailure, ExitCode } from './failure';
import { toFullName } from './find';
import { isAutomatic, toSubject } from './functions';
import { findNodeMistake } from '../config/node-version';
import { toTable } from './output/table';
import type { Session } from './session';
import { testInterface } from './test';
import { toFailure } from './to-failure';

/** One thing to look at: what was found, and for a bad one what would help; `good` is null where nobody could look. */
interface Finding {
  readonly check: string;
  readonly good: boolean | null;
  readonly found: string;
}

/** What is looked at in the database, in Temporal, and by both once nothing else is bad. */
const IN_DATABASE = ['schema'] as const;
const IN_TEMPORAL = ['namespace', 'search attributes'] as const;
const BY_BOTH = ['schedules', 'workers', 'interfaces'] as const;

/** Looks at everything that a working set-up needs. */
export async function examine(session: Session): Promise<Answer> {
  const { failure } = await reach(Promise.resolve().then(() => session.config));
  if (failure !== undefined) {
    const everything = ['database', ...IN_DATABASE, 'Temporal', ...IN_TEMPORAL, ...BY_BOTH];
    const findings = [checkNode(), toSettings(failure)];
    return toAnswer(session, [...findings, ...toUnseen(everything, findings)], failure.exitCode);
  }
  const [database, client] = await Promise.all([reach(session.database()), reach(session.client())]);
  const findings: Finding[] = [
    checkNode(),
    reached('database', database),
    ...(database.opened === undefined
      ? toUnseen(IN_DATABASE, [reached('database', database)])
      : [await checkSchema(database.opened)]),
    reached('Temporal', client),
    ...(client.opened === undefined
      ? toUnseen(IN_TEMPORAL, [reached('Temporal', client)])
      : await checkNamespace(client.opened)),
  ];
  // The rest needs the schema and both servers.
  if (database.opened !== undefined && client.opened !== undefined && findings.every(({ good }) => good === true)) {
    findings.push(...(await checkConfiguration(session, database.opened, client.opened)));
  } else findings.push(...toUnseen(BY_BOTH, findings));
  const unreachable = [database, client].some((server) => server.failure?.exitCode === 3);
  return toAnswer(session, findings, unreachable ? 3 : 1);
}

/** Settings that cannot be used lead to no server. */
function toSettings({ message, problems }: CommandFailure): Finding {
  return { check: 'settings', good: false, found: [message, ...problems].join(' ') };
}

/** What nobody could look at because of what is bad: left out, it would look as if it had been found good. */
function toUnseen(checks: readonly string[], findings: readonly Finding[]): readonly Finding[] {
  const causes = findings.filter(({ good }) => good === false).map(({ check }) => check);
  return checks.map((check) => ({ check, good: null, found: `not looked at; mend first: ${causes.join(', ')}` }));
}

/** The findings, and `badCode` when one of them is bad. */
function toAnswer(session: Session, findings: readonly Finding[], badCode: 1 | 2 | 3): Answer {
  const good = findings.every((finding) => finding.good === true);
  const exitCode: ExitCode = good ? 0 : badCode;
  const cells = findings.map((finding) => [paintVerdict(session, finding.good), finding.check, finding.found]);
  return {
    document: { good, checks: findings },
    lines: [toTable(session.screen, ['verdict', 'check', 'found'], cells)],
    exitCode,
  };
}

function paintVerdict({ screen }: Session, good: boolean | null): string {
  if (good === null) return screen.paint('yellow', 'unseen');
  return good ? screen.paint('green', 'good') : screen.paint('red', 'BAD');
}

interface Reached<T> {
  readonly opened?: T;
  readonly failure?: CommandFailure;
}

async function reach<T>(opening: Promise<T>): Promise<Reached<T>> {
  try {
    return { opened: await opening };
  } catch (error) {
    const failure = toFailure(error);
    if (failure === undefined) throw error;
    return { failure };
  }
}

function reached(check: string, { failure }: Reached<unknown>): Finding {
  return { check, good: failure === undefined, found: failure?.message ?? 'answers' };
}

function checkNode(): Finding {
  const mistake = findNodeMistake(process.versions.node);
  return { check: 'Node', good: mistake === undefined, found: mistake ?? process.versions.node };
}

async function checkSchema(database: Database): Promise<Finding> {
  const version = await readSchemaVersion(database);
  const good = version === newestMigration;
  const found = version ?? 'no schema';
  return { check: 'schema', good, found: good ? found : `${found}, not ${newestMigration}: tixngo migrate` };
}

async function checkNamespace(client: SystemClient): Promise<readonly Finding[]> {
  const days = await client.retentionDays();
  if (days === undefined) {
    const missing = { check: 'namespace', good: false, found: `there is no ${client.namespace}: tixngo migrate` };
    return [missing, ...toUnseen(['search attributes'], [missing])];
  }
  const missing = await client.missingSearchAttributes();
  const enough = days >= retentionDays;
  const kept = `${client.namespace} keeps closed runs ${count(days, 'day')}`;
  return [
    { check: 'namespace', good: enough, found: enough ? kept : `${kept}, not ${retentionDays}: tixngo migrate` },
    {
      check: 'search attributes',
      good: missing.length === 0,
      found: missing.length === 0 ? 'all there' : `missing ${missing.join(', ')}: tixngo migrate`,
    },
  ];
}

async function checkConfiguration(
  session: Session,
  database: Database,
  client: SystemClient,
): Promise<readonly Finding[]> {
  const workers = await listLiveWorkers(database);
  const found = workers.map(({ name, id }) => `${name} (${id})`).join(', ');
  const running = {
    check: 'workers',
    good: workers.length > 0,
    found: workers.length > 0 ? found : 'none runs: tixngo worker',
  };
  return [
    ...(await checkSchedules(database, client)),
    running,
    ...(workers.length === 0
      ? toUnseen(['interfaces'], [running])
      : await checkInterfaces(session, database, { client, workers })),
  ];
}

async function checkSchedules(database: Database, client: SystemClient): Promise<readonly Finding[]> {
  const automatic = (await listSchedules(database)).filter(isAutomatic);
  const states = await Promise.all(automatic.map((schedule) => client.describeSchedule(toSubject(schedule))));
  return automatic.map((schedule, index) => {
    const state = states[index];
    const check = `schedule ${toFullName(schedule)}`;
    if (state === undefined)
      return { check, good: false, found: 'missing in Temporal: apply the configuration file again' };
    return {
      check,
      good: true,
      found: state.paused ? `paused${state.note === undefined ? '' : ` (${state.note})`}` : 'in Temporal',
    };
  });
}

async function checkInterfaces(
  session: Session,
  database: Database,
  { client, workers }: { readonly client: SystemClient; readonly workers: readonly LiveWorker[] },
): Promise<readonly Finding[]> {
  const interfaces = await listInterfaces(database);
  const verdicts = await Promise.all(
    interfaces.map(async ({ name }) => {
      const tests = await testInterface(client, name, { workers, now: session.now });
      return tests.map(({ worker, good, problem }) => ({
        check: `interface ${name} on ${worker}`,
        good,
        found: good ? 'TIXNGO answers and takes the key' : (problem ?? 'not reachable'),
      }));
    }),
  );
  return verdicts.flat();
}
