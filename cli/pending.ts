import { summarizePending } from '../db/queries/operations/summarize-pending';
import type { Answer } from './answer';
import { findSchedule, toFullName } from './find';
import { toTable } from './output/table';
import { toTime } from './output/times';
import { toSelection } from './selection';
import type { Session } from './session';
import { toPush } from './start';

/** What the next run of a schedule may take. */
export async function showPending(session: Session, name: string): Promise<Answer> {
  const schedule = await findSchedule(session, name);
  toPush(schedule);
  const { timeZone } = schedule;
  const rows = await summarizePending(await session.database(), toSelection(schedule));
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
      products: rows.map(({ oldestSinceMs, ...row }) => ({ ...row, oldestSince: toTime(oldestSinceMs, timeZone) })),
    },
    lines: [
      total === 0
        ? `Nothing is due for ${toFullName(schedule)}`
        : `${total} ticket(s) due for ${toFullName(schedule)}, the oldest since ${oldest ?? ''}`,
      ...(rows.length === 0
        ? []
        : [toTable(session.screen, ['product', 'tickets', 'refused before', 'answer lost', 'oldest'], cells)]),
    ],
  };
}
