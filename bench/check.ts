import { Client } from 'pg';
import type { TicketCount } from '../sandbox/calls';

/** What arrived at the API against what was due: each once, nothing else (reliability.md P1 to P3). Empty when all is right. */
export function checkDeliveries(
  due: ReadonlySet<string>,
  arrived: Readonly<Record<string, TicketCount>>,
): readonly string[] {
  const counts = Object.entries(arrived);
  const found = [
    { what: 'due and never accepted', count: [...due].filter((id) => (arrived[id]?.accepted ?? 0) === 0).length },
    { what: 'accepted more than once', count: counts.filter(([, count]) => count.accepted > 1).length },
    { what: 'received more than once', count: counts.filter(([, count]) => count.received > 1).length },
    { what: 'sent though not due', count: counts.filter(([id]) => !due.has(id)).length },
  ];
  return found.filter(({ count }) => count > 0).map(({ what, count }) => `${String(count)} tickets ${what}`);
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
