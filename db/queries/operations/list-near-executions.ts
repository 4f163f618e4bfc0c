import { sql } from 'kysely';
import type { Database } from '../../database';

/** A run whose number is close to one that does not exist. */
export interface NearExecution {
  readonly run: number;
  readonly schedule: string;
  readonly outcome: string | null;
}

/** The two runs before and the two after a number, nearest first. */
export async function listNearExecutions(database: Database, run: number): Promise<readonly NearExecution[]> {
  const { rows } = await sql<NearExecution>`
    with near as (
      (select id from execution where id < ${run} order by id desc limit 2)
      union all
      (select id from execution where id > ${run} order by id limit 2)
    )
    select e.id::float8 as "run", i.name || '/' || s.name as "schedule", e.outcome
    from near
    join execution e on e.id = near.id
    join schedule s on s.id = e.schedule_id
    join interface i on i.id = e.interface_id
    order by abs(e.id - ${run}::bigint), e.id`.execute(database.kysely);
  return rows;
}
