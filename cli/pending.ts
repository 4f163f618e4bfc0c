import { count } from '../core/count';
import { listStandingRefused } from '../db/queries/operations/list-standing-refused';
import { listCursors } from '../db/queries/operations/list-cursors';
import { summarizePending } from '../db/queries/operations/summarize-pending';
import type { Answer } from './answer';
import type { CommonOptions } from './command';
import type { ScheduleRow } from '../db/queries/operations/list-schedules';
import { findSchedule, toFullName } from './find';
import { toPush } from './functions';
import { parseLimit, toStandingDocument, toStandingLines } from './output/standing';
import { toTable } from './output/table';
import { showKey, toCursorDocument } from './output/retrieved';
import { toTime } from './output/times';
import { findSelection } from './selection';
import type { Session } from './session';

export interface PendingOptions extends CommonOptions {
  readonly limit: string;
}

/** What the next run of a schedule may take: of a push the tickets, and which of them runs have refused; of a retrieve-status where it goes on reading. */
export async function showPending(session: Session, name: string, options: PendingOptions): Promise<Answer> {
  const limit = parseLimit(options.limit);
  const schedule = await findSchedule(session, name);
  if (schedule.function === 'retrieve-status') return await showCursor(session, schedule);
  toPush(schedule, 'tixngo pending shows its cursor');
  const { timeZone } = schedule;
  const database = await session.database();
  const selection = await findSelection(database, schedule);
  const rows = await summarizePending(database, selection);
  const standing = await listStandingRefused(database, { selection, execution: undefined, limit });
  const total = rows.reduce((sum, row) => sum + row.tickets, 0);
  const oldestMs = Math.min(...rows.map((row) => row.oldestSinceMs));
  const oldest = rows.length === 0 ? null : toTime(oldestMs, timeZone);
  const cells = rows.map((row) => [
    row.product,
    String(row.tickets),
    String(row.refused),
    String(row.unknown),
    toTime(row.oldestSinceMs, timeZone),
  ]);
  return {
    document: {
      schedule: toFullName(schedule),
      tickets: total,
      oldestSince: oldest,
      standing: toStandingDocument(standing, timeZone),
      products: rows.map(({ oldestSinceMs, ...row }) => ({ ...row, oldestSince: toTime(oldestSinceMs, timeZone) })),
    },
    lines: [
      total === 0
        ? `Nothing is due for ${toFullName(schedule)}`
        : `${count(total, 'ticket')} due for ${toFullName(schedule)}, the oldest since ${oldest ?? ''}`,
      ...(rows.length === 0
        ? []
        : [toTable(session.screen, ['product', 'tickets', 'refused before', 'answer lost', 'oldest'], cells)]),
      ...toStandingLines(session.screen, { ...standing, runs: 'earlier runs' }),
    ],
  };
}

/** How much TIXNGO has is not known before it is read: the place is told, and what waits here. */
async function showCursor(session: Session, schedule: ScheduleRow): Promise<Answer> {
  const { organizer, timeZone } = schedule;
  const [row] = await listCursors(await session.database(), [organizer]);
  if (row === undefined) throw new Error('A cursor was asked for and none was told');
  const { paginationKey, movedAtMs, holder, putAside } = row;
  return {
    document: { schedule: toFullName(schedule), organizer, cursor: toCursorDocument(row, timeZone) },
    lines: [
      `${toFullName(schedule)} reads the TIXNGO account ${organizer}`,
      `  pagination key: ${showKey(paginationKey)}`,
      `  moved: ${movedAtMs === null ? 'never' : toTime(movedAtMs, timeZone)}`,
      ...(holder === null ? [] : [`  held by ${holder.workflowId} (namespace ${holder.namespace})`]),
      `  ${count(putAside, 'record')} put aside${putAside === 0 ? '' : ': tixngo put-aside list'}`,
    ],
  };
}
