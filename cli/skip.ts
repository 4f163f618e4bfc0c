import { count } from '../core/count';
import { addSkips, countKept, listSkips, removeSkips } from '../db/queries/operations/skips';
import type { TicketRow } from '../db/queries/operations/find-tickets';
import type { ScheduleRow } from '../db/queries/operations/list-schedules';
import { recordOperatorAction } from '../db/queries/operations/record-operator-action';
import type { Answer } from './answer';
import type { RecordedOptions } from './command';
import { findSchedule, toFullName } from './find';
import { toTable } from './output/table';
import { toTime } from './output/times';
import type { Session } from './session';
import { findNamedTickets } from './tickets';

interface SkipRequest {
  readonly name: string;
  readonly tickets: readonly string[];
  readonly options: RecordedOptions;
}

interface Named {
  readonly schedule: ScheduleRow;
  readonly rows: readonly TicketRow[];
}

/** Puts tickets on the skip list of a schedule. One that is on it already takes the new reason, if one is given. */
export async function addToSkips(session: Session, request: SkipRequest): Promise<Answer> {
  const { schedule, rows } = await findNamed(session, request);
  const { reason } = request.options;
  const { added, replaced } = await addSkips(await session.database(), {
    scheduleId: schedule.id,
    ticketIds: rows.map(({ id }) => id),
    reason,
    who: session.who,
  });
  await record(session, 'skip add', { schedule, request, ticketIds: [...added, ...replaced] });
  const list = toFullName(schedule);
  const numbers = { added: toNumbers(rows, added), replaced: toNumbers(rows, replaced) };
  const unchanged = rows.filter(({ id }) => !added.includes(id) && !replaced.includes(id));
  const document = { schedule: list, ...numbers, unchanged: unchanged.map(({ ticketNumber }) => ticketNumber) };
  const more = numbers.added.length;
  return {
    document,
    lines: [
      ...(more > 0 || numbers.replaced.length === 0
        ? [`${count(more, 'ticket')} added to the skip list of ${list}`]
        : []),
      ...(numbers.replaced.length > 0
        ? [`on the skip list of ${list} already, reason replaced: ${numbers.replaced.join(', ')}`]
        : []),
      ...toUnchangedLine(document.unchanged),
    ],
  };
}

/** Takes tickets off the skip list of a schedule. */
export async function removeFromSkips(session: Session, request: SkipRequest): Promise<Answer> {
  const { schedule, rows } = await findNamed(session, request);
  const ticketIds = rows.map(({ id }) => id);
  const database = await session.database();
  const removed = await removeSkips(database, { scheduleId: schedule.id, ticketIds });
  const kept = await countKept(database, { scheduleId: schedule.id, ticketIds: removed });
  await record(session, 'skip remove', { schedule, request, ticketIds: removed });
  const list = toFullName(schedule);
  const unchanged = toNumbers(
    rows,
    ticketIds.filter((id) => !removed.includes(id)),
  );
  return {
    document: { schedule: list, removed: toNumbers(rows, removed), kept, unchanged },
    lines: [
      `${count(removed.length, 'ticket')} removed from the skip list of ${list}`,
      ...(kept > 0
        ? [
            `${count(kept, 'record')} kept of them meanwhile: applied by the next run, unless another list or file skips them too`,
          ]
        : []),
      ...toUnchangedLine(unchanged),
    ],
  };
}

async function findNamed(session: Session, { name, tickets }: SkipRequest): Promise<Named> {
  const schedule = await findSchedule(session, name);
  return { schedule, rows: await findNamedTickets(session, tickets, schedule.organization) };
}

async function record(
  session: Session,
  action: string,
  {
    schedule,
    request,
    ticketIds,
  }: { readonly schedule: ScheduleRow; readonly request: SkipRequest; readonly ticketIds: readonly string[] },
): Promise<void> {
  const { reason } = request.options;
  await recordOperatorAction(await session.database(), {
    who: session.who,
    action,
    subject: toFullName(schedule),
    details: { ticketIds },
    ...(reason !== undefined && { reason }),
  });
}

function toNumbers(rows: readonly TicketRow[], ids: readonly string[]): readonly string[] {
  return rows.filter(({ id }) => ids.includes(id)).map(({ ticketNumber }) => ticketNumber);
}

function toUnchangedLine(unchanged: readonly string[]): readonly string[] {
  return unchanged.length > 0 ? [`unchanged: ${unchanged.join(', ')}`] : [];
}

/** The skip list of a schedule. */
export async function showSkips(session: Session, name: string): Promise<Answer> {
  const schedule = await findSchedule(session, name);
  const rows = await listSkips(await session.database(), schedule.id);
  const time = (epochMs: number): string => toTime(epochMs, schedule.timeZone);
  const cells = rows.map((row) => [
    row.ticketNumber,
    `id:${row.ticketId}`,
    row.status,
    time(row.addedAtMs),
    row.by,
    row.reason,
  ]);
  return {
    document: {
      schedule: toFullName(schedule),
      tickets: rows.map(({ addedAtMs, ...row }) => ({ ...row, addedAt: time(addedAtMs) })),
    },
    lines:
      rows.length === 0
        ? [`${toFullName(schedule)} skips no ticket`]
        : [toTable(session.screen, ['ticket', 'id', 'status', 'since', 'by', 'reason'], cells)],
  };
}
