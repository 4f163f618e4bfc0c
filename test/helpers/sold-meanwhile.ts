import type { System } from './e2e-system';

/** What happened in S-360 while no worker ran (reliability.md F2); ids of tickets. */
export interface Meanwhile {
  /** Cancelled while it waited to be sent. */
  readonly waiting: string;
  /** Cancelled while its call was announced and not answered. */
  readonly underWay: string;
  /** Sold. */
  readonly sold: string;
}

/** One ticket is sold and two are cancelled: `waiting`, which no call was announced for, and the first of a call that is under way. */
export async function sellAndCancel({ pool }: System, waiting: string): Promise<Meanwhile> {
  const { rows } = await pool.query<{ id: string }>(
    `select b.ticket_ids[c.positions[1] % 50 + 1] as id from call c
     join execution_batch b on b.execution_id = c.execution_id and b.batch = c.batch
     where c.answered_at is null order by c.batch limit 1`,
  );
  const underWay = rows[0]?.id;
  if (underWay === undefined) throw new Error('No call is under way');
  await pool.query(`update ticket set status = 'CANCELLED' where id = any ($1::bigint[])`, [[waiting, underWay]]);
  const sold = await pool.query<{ id: string }>(
    `insert into ticket select (jsonb_populate_record(t, jsonb_build_object('id', m.id, 'status', 'NOT_PRINTED',
       'ticket_number', 'sold-meanwhile', 'barcode', 'SOLD-MEANWHILE', 'printed_at', null, 'replaces_ticket_id', null))).*
     from ticket t, (select max(id) + 1 as id from ticket) m where t.id = $1 returning id`,
    [waiting],
  );
  return { waiting, underWay, sold: sold.rows[0]?.id ?? '' };
}
