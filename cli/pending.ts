import { count } from '../core/count';
import { listStandingRefused } from '../db/queries/operations/list-standing-refused';
import { summarizePending } from '../db/queries/operations/summarize-pending';
import type { Answer } from './answer';
import type { CommonOptions } from './command';
import { findSchedule, toFullName } from './find';
import { parseLimit, toStandingDocument, toStandingLines } from './output/standing';
import { toTable } from './output/table';
import { toTime } from './output/times';
import { toSelection } from './selection';
import type { Session } from './session';
import { toPush } from './start';

export interface PendingOptions extends CommonOptions {
  readonly limit: string;
}

/** What the next run of a schedule may take, and which of it runs have refused. */
export async function showPending(session: Session, name: string, options: PendingOptions): Promise<Answer> {
  const limit = parseLimit(options.limit);
  const schedule = await findSchedule(session, name);
  toPush(schedule);
  const { timeZone } = schedule;
  const [database, selection] = [await session.database(), toSelection(schedule)];
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
      ...toStandingLines(session.screen, standing),
    ],
  };
}
