import { Client } from 'pg';
import type { TicketCount } from '../sandbox/calls';
import type { Timed } from './arena';

/** What an API may have seen more than once: nothing; tickets of calls that it failed itself; those, and tickets whose answer was lost. */
export type Repeats = 'none' | 'received' | 'accepted';

/** What arrived at the API against what was due: each once, nothing else (reliability.md P1 to P3). Empty when all is right. */
export function checkDeliveries(
  due: ReadonlySet<string>,
  arrived: Readonly<Record<string, TicketCount>>,
  repeats: Repeats = 'none',
): readonly string[] {
  const counts = Object.entries(arrived);
  const acceptedAgain = repeats === 'accepted' ? [] : counts.filter(([, count]) => count.accepted > 1);
  const receivedAgain = repeats === 'none' ? counts.filter(([, count]) => count.received > 1) : [];
  const found = [
    { what: 'due and never accepted', count: [...due].filter((id) => (arrived[id]?.accepted ?? 0) === 0).length },
    { what: 'accepted more than once', count: acceptedAgain.length },
    { what: 'received more than once', count: receivedAgain.length },
    { what: 'with an effect more than once', count: counts.filter(([, count]) => count.changed > 1).length },
    { what: 'sent though not due', count: counts.filter(([id]) => !due.has(id)).length },
  ];
  return found.filter(({ count }) => count > 0).map(({ what, count }) => `${String(count)} tickets ${what}`);
}

/** What our own report says against what was due (reliability.md P5). */
export function checkReport(due: ReadonlySet<string>, report: Timed['report']): readonly string[] {
  if (report === undefined || (report.planned === due.size && report.delivered === due.size)) return [];
  const { planned, delivered } = report;
  return [`the report says ${String(planned)} planned and ${String(delivered)} delivered of ${String(due.size)} due`];
}

/** The marks in the database against what was due. */
export async function checkMarks(database: {
  readonly url: string;
  readonly dueTicketIds: ReadonlySet<string>;
}): Promise<readonly string[]> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string }>(
      `select t.id from processed p join ticket t on t.id = p.ticket_id
       where p.function = 'inject-tickets' and t.status = 'PRINTED' and p.content_hash is not null`,
    );
    const marked = rows.filter(({ id }) => database.dueTicketIds.has(id)).length;
    const due = database.dueTicketIds.size;
    if (marked === due && rows.length === due) return [];
    return [`${String(marked)} of ${String(due)} due tickets are marked, and ${String(rows.length - marked)} others`];
  } finally {
    await client.end();
  }
}
