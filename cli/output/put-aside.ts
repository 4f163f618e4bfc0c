import type { RunPutAside } from '../../db/queries/operations/list-run-put-aside';
import type { PutAsideRow } from '../../db/queries/operations/list-put-aside';
import type { Screen } from './screen';
import { toShownLine } from './standing';
import { toTable } from './table';
import { toTime } from './times';

/** A record put aside as a document, without its payload. */
export function toPutAsideDocument({ id, putAtMs, timeZone, ...row }: PutAsideRow): object {
  return { number: Number(id), ...row, putAt: toTime(putAtMs, timeZone) };
}

/** What a run put aside, as a document. */
export function toRunPutAsideDocument({ total, records }: RunPutAside, timeZone: string): object {
  return {
    shown: records.length,
    total,
    records: records.map(({ id, putAtMs, appliedAtMs, droppedAtMs, ...row }) => ({
      number: Number(id),
      ...row,
      putAt: toTime(putAtMs, timeZone),
      appliedAt: appliedAtMs === null ? null : toTime(appliedAtMs, timeZone),
      droppedAt: droppedAtMs === null ? null : toTime(droppedAtMs, timeZone),
    })),
  };
}

/** What a run put aside, and which of it waits still. */
export function toRunPutAsideLines(screen: Screen, { total, records }: RunPutAside): readonly string[] {
  if (records.length === 0) return [];
  const cells = records.map((row) => [
    row.id,
    row.ticketId === null ? '-' : `id:${row.ticketId}`,
    row.reason,
    describeNow(row),
    row.problem,
  ]);
  return [
    '',
    'Records put aside (tixngo put-aside show NUMBER has the record):',
    toTable(screen, ['number', 'ticket', 'reason', 'now', 'problem'], cells),
    ...toShownLine(records.length, total),
  ];
}

function describeNow({ appliedAtMs, droppedAtMs }: RunPutAside['records'][number]): string {
  if (droppedAtMs !== null) return 'dropped since';
  return appliedAtMs === null ? 'waits' : 'applied since';
}
