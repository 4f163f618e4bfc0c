import type { Database } from '../../db/database';
import { openStatements } from '../../db/statements';
import { cloneDatabase } from '../helpers/database';
import { addSchedule, addTickets, seedCatalogue } from '../helpers/engine-seed';

export interface OperationsDatabase {
  readonly database: Database;
  close(): Promise<void>;
}

export async function openOperations(name: string): Promise<OperationsDatabase> {
  const clone = await cloneDatabase(name);
  const database = openStatements({ url: clone.url, connections: 4 });
  return {
    database,
    close: async () => {
      await database.close();
      await clone.drop();
    },
  };
}

/**
 * 10,000 tickets and four runs over them: 2 delivered all but each hundredth, which it refused; 3 lost the answer for one of those; 4 is open
 * and holds two.
 */
export async function seedRuns({ pool }: Database): Promise<void> {
  await seedCatalogue(pool, {
    url: 'http://127.0.0.1:9/organizer/tickets',
    keyFile: '/key',
    organizer: 'fc-example',
  });
  await addSchedule(pool, { id: 2, name: 'second', interface: 1 });
  await addTickets(pool, 1, 10_000);
  await pool.query(`
    insert into execution (namespace, workflow_id, first_run_id, function, schedule_id, interface_id, organizer, trigger, settings,
        planned, ending, closed_at, outcome, report, opened_at, last_sign_at)
      select 'default', 'w' || n, 'r' || n, 'inject-tickets', 1, 1, 'fc-example', 'SCHEDULE', '{}', 10000,
        case when n < 4 then 'done' end, case when n < 4 then timestamptz '2026-11-20 10:00Z' + n * interval '1 minute' end,
        case when n = 1 then 'OK' when n < 4 then 'ERROR' end, jsonb_build_object('message', 'run ' || n),
        timestamptz '2026-11-20 10:00Z', timestamptz '2026-11-20 10:30Z'
      from generate_series(1, 4) n;
    insert into execution_undelivered (execution_id, position, ticket_id, outcome, code, field)
      select 2, i - 1, i, 'REFUSED', 'TOO_LONG', 'barcode' from generate_series(7, 10000, 100) i;
    insert into execution_batch (execution_id, batch, slice, ticket_ids, mark_versions, tried_before, lowest_ticket_id, highest_ticket_id)
      select 2, b, 1, array_agg(i order by i), array_agg(0), array_agg(false), min(i), max(i)
      from generate_series(0, 199) b, generate_series(b * 50 + 1, b * 50 + 50) i group by b;
    insert into call (execution_id, batch, number, range_number, key, positions, worker_id, token, deadline, answered_at, delivered)
      select 2, b, 1, 0, 'k', array_agg(i - 1), 1, 1, now(), now(), array_agg(i - 1) filter (where i % 100 <> 7)
      from generate_series(0, 199) b, generate_series(b * 50 + 1, b * 50 + 50) i group by b;
    insert into execution_undelivered (execution_id, position, ticket_id, outcome, code) values (3, 0, 7, 'UNKNOWN', 'ANSWER_LOST');
    insert into ticket_outcome (ticket_id, function, execution_id, outcome, code, attempted_at)
      select i, 'inject-tickets', 2, 'REFUSED', 'TOO_LONG', now() from generate_series(107, 10000, 100) i;
    insert into ticket_outcome (ticket_id, function, execution_id, outcome, code) values (7, 'inject-tickets', 3, 'UNKNOWN', 'ANSWER_LOST');
    insert into processed (ticket_id, function, organizer, execution_id, sent_at)
      select i, 'inject-tickets', 'fc-example', 2, '2026-11-20 10:02Z' from generate_series(1, 10000) i where i % 100 <> 7;
    insert into execution_batch (execution_id, batch, slice, ticket_ids, mark_versions, tried_before, lowest_ticket_id, highest_ticket_id)
      values (4, 0, 1, '{5, 6}', '{1, 1}', '{f, f}', 5, 6), (4, 1, 1, '{8, 7, 9}', '{1, 0, 1}', '{f, f, f}', 7, 9);
    insert into claim (ticket_id, execution_id) values (7, 4), (8, 4);
    insert into call (execution_id, batch, number, range_number, key, positions, worker_id, token, announced_at, deadline)
      values (4, 1, 1, 0, 'k', '{51}', 1, 1, '2026-11-20 10:05Z', '2026-11-20 10:05:30Z');
    insert into skip (schedule_id, ticket_id, reason, added_by) values (2, 7, 'poison', 'ana');
    analyze`);
}
