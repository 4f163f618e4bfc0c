import type { ScheduleState } from '../client/schedules';
import type { SystemClient } from '../client/system-client';
import type { Database } from '../db/database';
import { listOpenExecutions } from '../db/queries/operations/list-open-executions';
import { listCursors, type CursorRow } from '../db/queries/operations/list-cursors';
import { listGates } from '../db/queries/operations/list-gates';
import { listOperatorActions, type OperatorActionRow } from '../db/queries/operations/list-operator-actions';
import { listSchedules, type ScheduleRow } from '../db/queries/operations/list-schedules';
import { measureBacklog, type Backlog } from '../db/queries/operations/measure-backlog';
import { summarizeSchedules, type ScheduleSummaryRow } from '../db/queries/operations/summarize-schedules';
import type { Answer } from './answer';
import type { CommonOptions } from './command';
import { wrongUsage } from './failure';
import { toFullName } from './find';
import { isAutomatic, toSubject } from './functions';
import { parseDuration } from './output/times';
import {
  type AccountRead,
  judgeSchedule,
  toStatusDocument,
  toStatusLines,
  toWaitingLines,
  type ScheduleFacts,
  type ScheduleStatus,
} from './output/status';
import { findRunSelections } from './selection';
import type { Session } from './session';
import { isRunOf, listUnplanned } from './unplanned';

export interface StatusOptions extends CommonOptions {
  readonly check?: true;
  readonly maxAge?: string;
}

/** How every schedule stands; closes what is open here and gone in Temporal. */
export async function showStatus(session: Session, options: StatusOptions): Promise<Answer> {
  const maxAgeMs = options.maxAge === undefined ? undefined : parseDuration(options.maxAge);
  if (options.maxAge !== undefined && maxAgeMs === undefined) {
    throw wrongUsage(
      `--max-age ${options.maxAge} is no length of time. Allowed: a number and s, m, h or d, such as 30m`,
    );
  }
  // Whoever watches the exit code would take its 0 for what was asked.
  if (maxAgeMs !== undefined && options.check !== true) {
    throw wrongUsage('--max-age needs --check: without it status ends 0 however old the last good run is');
  }
  const [database, client] = await Promise.all([session.database(), session.client()]);
  await closeLostRuns(session, client);
  const schedules = await listSchedules(database);
  const summaries = await summarizeSchedules(
    database,
    schedules.map(({ id }) => id),
  );
  const unplanned = await listUnplanned(client, database);
  const cursors = await readCursors(database, schedules);
  const backlogs = await measureBacklogs(database, schedules, summaries);
  const gates = await listGates(database, [...new Set(schedules.map(({ organizer }) => organizer))]);
  const byId = new Map(summaries.map((summary) => [summary.scheduleId, summary]));
  const statuses = await Promise.all(
    schedules.map(async (schedule): Promise<ScheduleStatus> => {
      const temporal = await readTemporalState(client, schedule);
      const summary = byId.get(schedule.id) ?? emptySummary(schedule);
      const gate = gates.find(({ organizer }) => organizer === schedule.organizer);
      const facts = {
        schedule,
        name: toFullName(schedule),
        summary,
        temporal,
        backlogs,
        operators: await findOperators(database, { schedule, summary, paused: temporal?.paused === true }),
        unplanned: unplanned.filter(({ workflowId }) => isRunOf(schedule, workflowId)),
        ...(gate === undefined ? {} : { gate }),
        ...toAccount(schedule, { schedules, summaries, cursors }),
      };
      return judgeSchedule(facts, session.now, maxAgeMs);
    }),
  );
  const strangers = unplanned.filter(({ workflowId }) => !schedules.some((schedule) => isRunOf(schedule, workflowId)));
  const late = statuses.filter((status) => status.late);
  return {
    document: {
      schedules: statuses.map(toStatusDocument),
      late: late.map(({ name }) => name),
      otherUnplanned: strangers.map(({ workflowId }) => workflowId),
    },
    lines: [...toStatusLines(session.screen, statuses), ...toWaitingLines(strangers, session.now)],
    exitCode: options.check === true && late.length > 0 ? 1 : 0,
  };
}

/** The cursors of the accounts that are read back. */
async function readCursors(database: Database, schedules: readonly ScheduleRow[]): Promise<readonly CursorRow[]> {
  const organizers = new Set(schedules.filter(isRetrieve).map(({ organizer }) => organizer));
  return organizers.size === 0 ? [] : await listCursors(database, [...organizers]);
}

function isRetrieve({ function: stem }: ScheduleRow): boolean {
  return stem === 'retrieve-status';
}

/** Schedules that share an account read it for each other: a start of one that met a run of another was SKIPPED, and nothing is late. */
function toAccount(
  schedule: ScheduleRow,
  known: {
    readonly schedules: readonly ScheduleRow[];
    readonly summaries: readonly ScheduleSummaryRow[];
    readonly cursors: readonly CursorRow[];
  },
): Pick<ScheduleFacts, 'account'> {
  const cursor = known.cursors.find(({ organizer }) => organizer === schedule.organizer);
  if (!isRetrieve(schedule) || cursor === undefined) return {};
  const readers = known.schedules.filter((other) => isRetrieve(other) && other.organizer === schedule.organizer);
  const goods = readers.flatMap((reader): readonly AccountRead[] => {
    const summary = known.summaries.find(({ scheduleId }) => scheduleId === reader.id);
    if (summary === undefined || summary.lastGoodAtMs === null || summary.lastGoodRun === null) return [];
    return [{ schedule: toFullName(reader), run: summary.lastGoodRun, atMs: summary.lastGoodAtMs }];
  });
  const [lastRead] = goods.sort((left, right) => right.atMs - left.atMs);
  return { account: { cursor, lastRead: lastRead ?? null } };
}

/** One measurement per open run, of which there are a few: each selects by what it was opened with. */
async function measureBacklogs(
  database: Database,
  schedules: readonly ScheduleRow[],
  summaries: readonly ScheduleSummaryRow[],
): Promise<ReadonlyMap<number, Backlog>> {
  // A simulation takes nothing off the backlog. How many records TIXNGO still has is not known.
  const retrieves = new Set(schedules.filter(isRetrieve).map(({ id }) => id));
  const sending = summaries
    .filter(({ scheduleId }) => !retrieves.has(scheduleId))
    .flatMap(({ open }) => open.filter(({ simulation }) => !simulation));
  const selections = await findRunSelections(
    database,
    sending.map(({ run }) => run),
  );
  const measured = await Promise.all(
    [...selections].map(async ([run, selection]) => ({
      run,
      backlog: await measureBacklog(database, { run, selection }),
    })),
  );
  return new Map(measured.flatMap(({ run, backlog }) => (backlog === undefined ? [] : [[run, backlog] as const])));
}

/** Who did last what holds a schedule up now: of each paused thing its pause, of a last run that was stopped its stop. */
async function findOperators(
  database: Database,
  {
    schedule,
    summary,
    paused,
  }: { readonly schedule: ScheduleRow; readonly summary: ScheduleSummaryRow; readonly paused: boolean },
): Promise<readonly OperatorActionRow[]> {
  const stopped = summary.last?.ending === 'operator' ? [`run ${String(summary.last.run)}`] : [];
  const held = [
    ...summary.open.filter((run) => run.paused).map(({ run }) => `run ${String(run)}`),
    ...(paused ? [`schedule ${toFullName(schedule)}`] : []),
    ...(schedule.interfacePaused ? [`interface ${schedule.interface}`] : []),
    ...(schedule.organizerPaused ? [`organizer ${schedule.organizer}`] : []),
  ];
  const actions = await listOperatorActions(database, [...held, ...stopped]);
  // The oldest come first: the last of a subject stays.
  const last = new Map(actions.map((action) => [action.subject, action]));
  return [...last.values()].filter(({ subject, action }) => action === (stopped.includes(subject) ? 'stop' : 'pause'));
}

const PATIENCE_MS = 5_000;

/** Executions that are open here and gone in Temporal are closed by a worker, which knows what a close has to write. */
async function closeLostRuns({ database, screen }: Session, client: SystemClient): Promise<void> {
  const open = await listOpenExecutions(await database(), client.namespace);
  const checked = await Promise.all(
    open.map(async (run) => {
      const { state, firstRunId } = await client.describe(run.workflowId);
      return state === 'open' && firstRunId === run.firstRunId ? [] : [run.run];
    }),
  );
  const lost = checked.flat();
  if (lost.length === 0) return;
  const closed = await client.closeLostRuns(PATIENCE_MS);
  const runs = `Lost: run ${lost.join(', ')}`;
  if (closed === undefined) screen.talk(`${runs}. No worker answers that could close it: tixngo worker starts one.`);
  else if (typeof closed === 'string') screen.talk(`${runs}. The worker could not close it: ${closed}`);
  else if (closed.length > 0) screen.talk(`Closed, for its workflow is gone: run ${closed.join(', ')}`);
}

async function readTemporalState(client: SystemClient, schedule: ScheduleRow): Promise<ScheduleState | undefined> {
  return isAutomatic(schedule) ? await client.describeSchedule(toSubject(schedule)) : undefined;
}

function emptySummary({ id }: ScheduleRow): ScheduleSummaryRow {
  return { scheduleId: id, last: null, lastGoodAtMs: null, lastGoodRun: null, lastSimulation: null, open: [] };
}
