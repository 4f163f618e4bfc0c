import type { ScheduleState } from '../../client/schedules';
import type { ScheduleRow } from '../../db/queries/operations/list-schedules';
import type { OpenRun, ScheduleSummaryRow } from '../../db/queries/operations/summarize-schedules';
import { paintOutcome, type Screen } from './screen';
import { toTable } from './table';
import { toDuration, toTime } from './times';

/** All that is known of one schedule. */
export interface ScheduleFacts {
  readonly schedule: ScheduleRow;
  readonly name: string;
  readonly summary: ScheduleSummaryRow;
  /** Temporal's schedule; undefined for a manual one, or when it is missing. */
  readonly temporal: ScheduleState | undefined;
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

/** Decides whether a schedule is late: three of its intervals, or 15 minutes, without a good run; or what was asked for. */
export function judgeSchedule(facts: ScheduleFacts, now: Date, maxAgeMs: number | undefined): ScheduleStatus {
  const { schedule, temporal, summary } = facts;
  const paused = [
    ...(temporal?.paused === true ? (['schedule'] as const) : []),
    ...(schedule.interfacePaused ? (['interface'] as const) : []),
    ...(schedule.organizerPaused ? (['organizer'] as const) : []),
  ];
  const patienceMs = maxAgeMs ?? Math.max(3 * readIntervalMs(temporal), LEAST_PATIENCE_MS);
  const since = summary.lastGoodAtMs ?? temporal?.createdAt.getTime() ?? 0;
  const automatic = schedule.launch === 'AUTOMATIC' && schedule.function === 'inject-tickets';
  const late = automatic && paused.length === 0 && now.getTime() - since > patienceMs;
  return { ...facts, now, late, paused };
}

export function toStatusDocument(status: ScheduleStatus): object {
  const { schedule, summary, temporal, now, paused, late, name } = status;
  const { last, lastGoodAtMs } = summary;
  const time = (epochMs: number): string => toTime(epochMs, schedule.timeZone);
  return {
    schedule: name,
    function: schedule.function,
    organization: schedule.organization,
    organizer: schedule.organizer,
    launch: schedule.launch,
    paused,
    late,
    lastRun:
      last === null
        ? null
        : {
            run: last.run,
            outcome: last.outcome,
            ending: last.ending,
            openedAt: time(last.openedAtMs),
            closedAt: time(last.closedAtMs),
            message: last.message,
          },
    lastGoodAt: lastGoodAtMs === null ? null : time(lastGoodAtMs),
    lastGoodAgeSeconds: lastGoodAtMs === null ? null : Math.round((now.getTime() - lastGoodAtMs) / 1000),
    nextStart: readNextStart(status),
    missingInTemporal: isMissing(status),
    openRuns: summary.open.map((run) => ({
      run: run.run,
      workflowId: run.workflowId,
      openedAt: time(run.openedAtMs),
      silentSeconds: Math.round((now.getTime() - run.lastSignAtMs) / 1000),
      paused: run.paused,
      planned: run.planned,
    })),
    pauseNote: temporal?.paused === true ? (temporal.note ?? null) : null,
  };
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
  const remarks = statuses.flatMap(toRemarks);
  return [table, ...(remarks.length > 0 ? ['', ...remarks] : [])];
}

function toRemarks(status: ScheduleStatus): readonly string[] {
  const { last } = status.summary;
  return [
    ...(last?.outcome === 'ERROR' || last?.outcome === 'WARNING'
      ? [`${status.name}: ${last.outcome}: ${last.message ?? last.ending}`]
      : []),
    ...(status.late ? [`${status.name}: no good run for too long`] : []),
    ...(isMissing(status)
      ? [`${status.name}: Temporal has no schedule of it. Apply the configuration file again.`]
      : []),
  ];
}

function describeNow({ summary, paused, now }: ScheduleStatus): string {
  const runs = summary.open.map((run) => describeOpenRun(run, now));
  const pauses = paused.map((what) => `${what} paused`);
  return [...runs, ...pauses].join('; ') || '-';
}

function describeOpenRun(run: OpenRun, now: Date): string {
  const silentMs = now.getTime() - run.lastSignAtMs;
  if (run.paused) return `run ${String(run.run)} paused`;
  if (silentMs > SILENCE_MS) return `run ${String(run.run)} open, no progress for ${toDuration(silentMs)}`;
  return `run ${String(run.run)} open for ${toDuration(now.getTime() - run.openedAtMs)}`;
}

function isMissing({ schedule, temporal }: ScheduleFacts): boolean {
  return schedule.launch === 'AUTOMATIC' && schedule.function === 'inject-tickets' && temporal === undefined;
}

function readNextStart({ temporal, schedule }: ScheduleFacts): string | null {
  const next = temporal?.paused === false ? temporal.nextStarts[0] : undefined;
  return next === undefined ? null : toTime(next.getTime(), schedule.timeZone);
}

function readIntervalMs(temporal: ScheduleState | undefined): number {
  const [first, second] = temporal?.nextStarts ?? [];
  return first === undefined || second === undefined ? 0 : second.getTime() - first.getTime();
}
