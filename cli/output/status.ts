import type { ScheduleState } from '../../client/schedules';
import { count } from '../../core/count';
import { describePausedInterface } from '../../core/retrieve-status/report';
import type { CursorRow } from '../../db/queries/operations/list-cursors';
import type { Backlog } from '../../db/queries/operations/measure-backlog';
import type { ScheduleRow } from '../../db/queries/operations/list-schedules';
import type { LastRun, OpenRun, ScheduleSummaryRow } from '../../db/queries/operations/summarize-schedules';
import type { UnplannedRun } from '../unplanned';
import type { OperatorActionRow } from '../../db/queries/operations/list-operator-actions';
import { isAutomatic } from '../functions';
import { toGateDocument, toGateLines, type GateFacts } from './gates';
import { describeAction, toActionDocument } from './operators';
import { toCursorDocument } from './retrieved';
import { paintOutcome, type Screen } from './screen';
import { toTable } from './table';
import { toDuration, toTime } from './times';

/** All that is known of one schedule. */
export interface ScheduleFacts extends GateFacts {
  readonly name: string;
  readonly summary: ScheduleSummaryRow;
  /** Temporal's schedule; undefined for a manual one, or when it is missing. */
  readonly temporal: ScheduleState | undefined;
  /** By number of the open run. */
  readonly backlogs: ReadonlyMap<number, Backlog>;
  /** Who paused what is paused now, and who stopped the last run; what was done in the Temporal UI is not known. */
  readonly operators: readonly OperatorActionRow[];
  /** Started, and no worker has planned them yet. */
  readonly unplanned: readonly UnplannedRun[];
  /** Of a retrieve-status schedule: how far its account is read, and the last good run of any of the account's schedules. */
  readonly account?: { readonly cursor: CursorRow; readonly lastRead: AccountRead | null };
}

/** A good run that read an account, and when it ended. */
export interface AccountRead {
  readonly schedule: string;
  readonly run: number;
  readonly atMs: number;
}

export interface ScheduleStatus extends ScheduleFacts {
  readonly now: Date;
  /** An automatic schedule that nobody paused had no good run for too long. */
  readonly late: boolean;
  readonly paused: readonly ('schedule' | 'interface' | 'organizer')[];
}

const LEAST_PATIENCE_MS = 15 * 60_000;
/** A run that was silent for longer than a few heartbeats and one slow call is told as such. */
const SILENCE_MS = 45_000;
/** A worker that is there plans a run within a moment. */
const PLANNING_MS = 10_000;

/** Decides whether a schedule is late: three of its intervals, or 15 minutes, without a good run; or what was asked for. */
export function judgeSchedule(facts: ScheduleFacts, now: Date, maxAgeMs: number | undefined): ScheduleStatus {
  const { schedule, temporal, summary } = facts;
  const paused = [
    ...(temporal?.paused === true ? (['schedule'] as const) : []),
    ...(schedule.interfacePaused ? (['interface'] as const) : []),
    ...(schedule.organizerPaused ? (['organizer'] as const) : []),
  ];
  const patienceMs = maxAgeMs ?? Math.max(3 * readIntervalMs(temporal), LEAST_PATIENCE_MS);
  const since = facts.account?.lastRead?.atMs ?? summary.lastGoodAtMs ?? temporal?.createdAt.getTime() ?? 0;
  const late = isAutomatic(schedule) && paused.length === 0 && now.getTime() - since > patienceMs;
  return { ...facts, now, late, paused };
}

export function toStatusDocument(status: ScheduleStatus): object {
  const { schedule, summary, temporal, now, paused, late, name, backlogs, unplanned } = status;
  const { last, lastGoodAtMs, lastSimulation } = summary;
  const time = (epochMs: number): string => toTime(epochMs, schedule.timeZone);
  return {
    schedule: name,
    function: schedule.function,
    organization: schedule.organization,
    organizer: schedule.organizer,
    launch: schedule.launch,
    paused,
    gate: toGateDocument(status),
    late,
    lastRun: last && toRun(last, time),
    lastSimulation: lastSimulation && toRun(lastSimulation, time),
    lastGoodAt: lastGoodAtMs === null ? null : time(lastGoodAtMs),
    lastGoodAgeSeconds: lastGoodAtMs === null ? null : toAgeSeconds(lastGoodAtMs, now),
    nextStart: readNextStart(status),
    missingInTemporal: isMissing(status),
    openRuns: summary.open.map((run) => ({
      run: run.run,
      workflowId: run.workflowId,
      openedAt: time(run.openedAtMs),
      silentSeconds: toAgeSeconds(run.lastSignAtMs, now),
      paused: run.paused,
      simulation: run.simulation,
      planned: run.planned,
      records: run.records,
      backlog: toBacklog(backlogs.get(run.run), time),
    })),
    unplanned: unplanned.map(({ workflowId, startedAt }) => ({ workflowId, startedAt: time(startedAt.getTime()) })),
    operators: status.operators.map((action) => toActionDocument(action, schedule.timeZone)),
    pauseNote: temporal?.paused === true ? (temporal.note ?? null) : null,
    accountRead: toAccountRead(status.account?.lastRead ?? null, time),
    cursor: status.account === undefined ? null : toCursorDocument(status.account.cursor, schedule.timeZone),
  };
}

/** `now` is the moment when the command began: what happened since is 0 seconds old. */
function toAgeSeconds(atMs: number, now: Date): number {
  return Math.max(0, Math.round((now.getTime() - atMs) / 1000));
}

function toAccountRead(read: AccountRead | null, time: (epochMs: number) => string): object | null {
  return read && { schedule: read.schedule, run: read.run, at: time(read.atMs) };
}

function toRun({ openedAtMs, closedAtMs, ...run }: LastRun, time: (epochMs: number) => string): object {
  return { ...run, openedAt: time(openedAtMs), closedAt: time(closedAtMs) };
}

function toBacklog(backlog: Backlog | undefined, time: (epochMs: number) => string): object | null {
  if (backlog === undefined) return null;
  const { tickets, perSecond, goneAtMs } = backlog;
  return { tickets, perSecond: Math.round(perSecond * 10) / 10, goneAt: goneAtMs === null ? null : time(goneAtMs) };
}

/** One row per schedule; under it, what a person has to look at. */
export function toStatusLines(screen: Screen, statuses: readonly ScheduleStatus[]): readonly string[] {
  if (statuses.length === 0) return ['There is no schedule yet: tixngo apply FILE makes some.'];
  const rows = statuses.map((status) => {
    const { last, lastGoodAtMs } = status.summary;
    return [
      status.name,
      status.schedule.function,
      last === null ? '-' : String(last.run),
      last === null ? '-' : paintOutcome(screen, last.outcome),
      lastGoodAtMs === null ? 'never' : `${toDuration(status.now.getTime() - lastGoodAtMs)} ago`,
      readNextStart(status) ?? (status.schedule.launch === 'MANUAL' ? 'by hand' : '-'),
      describeNow(status),
    ];
  });
  const table = toTable(
    screen,
    ['schedule', 'function', 'last run', 'outcome', 'last good', 'next start', 'now'],
    rows,
  );
  const remarks = [...statuses.flatMap(toRemarks), ...toGateLines(statuses)];
  return [table, ...(remarks.length > 0 ? ['', ...remarks] : [])];
}

function toRemarks(status: ScheduleStatus): readonly string[] {
  const { account } = status;
  const { last, lastSimulation } = status.summary;
  return [
    ...(last === null || last.outcome === 'OK'
      ? []
      : [`${status.name}: ${last.outcome}: ${tellNow(last.message ?? last.ending, status.schedule)}`]),
    ...(lastSimulation === null
      ? []
      : [
          `${status.name}: simulation ${String(lastSimulation.run)}, which sent nothing: ${lastSimulation.outcome}: ${lastSimulation.message ?? lastSimulation.ending}`,
        ]),
    ...status.operators.map((action) => `${status.name}: ${describeAction(action, status.schedule.timeZone)}`),
    ...toWaitingLines(status.unplanned, status.now),
    ...toReadByOther(status),
    ...(account !== undefined && account.cursor.putAside > 0
      ? [`${status.name}: ${count(account.cursor.putAside, 'record')} put aside: tixngo put-aside list`]
      : []),
    ...(status.late ? [`${status.name}: no good run for too long`] : []),
    ...(isMissing(status)
      ? [`${status.name}: Temporal has no schedule of it. Apply the configuration file again.`]
      : []),
  ];
}

/** What the last run says of a paused interface stays on record; what it advises is done once the interface is resumed. */
function tellNow(message: string, { interface: name, interfacePaused }: ScheduleRow): string {
  if (interfacePaused) return message;
  return message.replace(describePausedInterface(name), 'its interface was paused then, and is resumed since');
}

/** Of two schedules of one account only one reads at a time: the starts of the other one are SKIPPED, and nothing is missing. */
function toReadByOther({ name, account, schedule, now }: ScheduleStatus): readonly string[] {
  const read = account?.lastRead;
  if (read === undefined || read === null || read.schedule === name) return [];
  const ago = toDuration(now.getTime() - read.atMs);
  return [
    `${name}: the account ${schedule.organizer} was last read by run ${String(read.run)} of ${read.schedule}, ${ago} ago`,
  ];
}

/** Runs that wait for a worker to plan them, once they wait longer than that takes. */
export function toWaitingLines(runs: readonly UnplannedRun[], now: Date): readonly string[] {
  return runs
    .map(({ workflowId, startedAt }) => ({ workflowId, waitedMs: now.getTime() - startedAt.getTime() }))
    .filter(({ waitedMs }) => waitedMs > PLANNING_MS)
    .map(
      ({ workflowId, waitedMs }) =>
        `${workflowId} was started ${toDuration(waitedMs)} ago and no worker has planned it: tixngo doctor says whether one runs`,
    );
}

function describeNow({ summary, paused, now, backlogs, unplanned }: ScheduleStatus): string {
  const open = summary.open.map((run) => describeOpenRun(run, now) + describeBacklog(backlogs.get(run.run), now));
  const waiting = unplanned.map(
    ({ startedAt }) => `started ${toDuration(now.getTime() - startedAt.getTime())} ago, not planned yet`,
  );
  const runs = [...open, ...waiting];
  const pauses = paused.map((what) => `${what} paused`);
  return [...runs, ...pauses].join('; ') || '-';
}

function describeOpenRun(run: OpenRun, now: Date): string {
  const silentMs = now.getTime() - run.lastSignAtMs;
  const name = `${run.simulation ? 'simulation' : 'run'} ${String(run.run)}`;
  if (run.paused) return `${name} paused`;
  if (silentMs > SILENCE_MS) return `${name} open, no progress for ${toDuration(silentMs)}`;
  const records = run.records === 0 ? '' : `, ${count(run.records, 'record')} read`;
  return `${name} open for ${toDuration(now.getTime() - run.openedAtMs)}${records}`;
}

function describeBacklog(backlog: Backlog | undefined, now: Date): string {
  if (backlog === undefined) return '';
  const { tickets, goneAtMs } = backlog;
  if (goneAtMs === null) return `, ${String(tickets)} left`;
  const goneInMs = goneAtMs - now.getTime();
  return `, ${String(tickets)} left, gone in ${goneInMs < 1000 ? '' : 'about '}${toDuration(goneInMs)}`;
}

function isMissing({ schedule, temporal }: ScheduleFacts): boolean {
  return isAutomatic(schedule) && temporal === undefined;
}

function readNextStart({ temporal, schedule }: ScheduleFacts): string | null {
  const next = temporal?.paused === false ? temporal.nextStarts[0] : undefined;
  return next === undefined ? null : toTime(next.getTime(), schedule.timeZone);
}

function readIntervalMs(temporal: ScheduleState | undefined): number {
  const [first, second] = temporal?.nextStarts ?? [];
  return first === undefined || second === undefined ? 0 : second.getTime() - first.getTime();
}
