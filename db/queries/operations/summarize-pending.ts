import { sql } from 'kysely';
import type { Database } from '../../database';
import type { PushSelection } from '../push/selection';
import { epochMs } from './epoch-ms';

/** What is due of one product. */
export interface PendingProduct {
  readonly product: string;
  readonly tickets: number;
  readonly refused: number;
  readonly unknown: number;
  readonly oldestSinceMs: number;
}

/** What the next run may take, by product, most tickets first: the very selection that a run plans with. */
export async function summarizePending(
  database: Database,
  selection: PushSelection,
): Promise<readonly PendingProduct[]> {
  const { rows } = await sql<PendingProduct>`
    with due as (
      select t.product_id, count(*) as tickets, min(t.status_changed_at) as oldest,
        count(*) filter (where o.outcome = 'REFUSED') as refused, count(*) filter (where o.outcome = 'UNKNOWN') as unknown
      from ticket t
      left join processed p on p.ticket_id = t.id and p.function = ${selection.function}
      left join ticket_outcome o on o.ticket_id = t.id and o.function = ${selection.function}
      where ${selection.due}
      group by t.product_id
    )
    select pr.code as "product", due.tickets::float8, due.refused::float8, due.unknown::float8, ${epochMs('due.oldest')} as "oldestSinceMs"
    from due join product pr on pr.id = due.product_id
    order by due.tickets desc, pr.code`.execute(database.kysely);
  return rows;
}
