import { count } from '../../core/count';
import type { StandingRow } from '../../db/queries/operations/list-standing-refused';
import { wrongUsage } from '../failure';
import type { Screen } from './screen';
import { toTable } from './table';
import { toTime } from './times';

/** Tickets that runs refused and that are still due: as many as were asked for, and how many there are. */
export interface Standing {
  readonly total: number;
  readonly tickets: readonly StandingRow[];
}

export function toStandingDocument({ total, tickets }: Standing, timeZone: string): object {
  return {
    shown: tickets.length,
    total,
    tickets: tickets.map(({ recordedAtMs, ...ticket }) => ({ ...ticket, recordedAt: toTime(recordedAtMs, timeZone) })),
  };
}

/** What to do, the tickets, and whether there are more. `runs`: whose refusals they are, of all runs so far or of others than the one that is told. */
export function toStandingLines(
  screen: Screen,
  { total, tickets, runs }: Standing & { readonly runs: 'earlier runs' | 'other runs' },
): readonly string[] {
  if (tickets.length === 0) return [];
  const cells = tickets.map((ticket) => [
    ticket.ticketNumber,
    `id:${ticket.ticketId}`,
    String(ticket.run),
    [ticket.code, ticket.field].filter((part) => part !== null).join(' '),
    ticket.message ?? '',
  ]);
  return [
    '',
    `${count(total, 'ticket')} refused in ${runs} and still due; mend or skip (tixngo skip add SCHEDULE TICKET):`,
    toTable(screen, ['ticket', 'id', 'refused by run', 'code and field', 'message'], cells),
    ...toShownLine(tickets.length, total),
  ];
}

/** Says that a list was cut; nothing when it is whole. */
export function toShownLine(shown: number, total: number): readonly string[] {
  return shown < total ? [`${String(shown)} of ${String(total)} shown; --limit N shows more`] : [];
}

/** What `--limit` says. */
export function parseLimit(text: string): number {
  const most = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (most < 1) throw wrongUsage(`--limit ${text} is no whole number from 1 to 9999999`);
  return most;
}
