import { type Kysely, sql } from 'kysely';

/** A schedule as it is saved: the one in use, or else the newest archived one of its name. */
export interface SavedSchedule {
  readonly id: string;
  readonly interface: string;
  readonly organization: string;
  readonly name: string;
  readonly function: string;
  readonly launch: string;
  readonly timing: unknown;
  readonly batchSize: number | null;
  readonly pointOfSales: string | null;
  readonly settings: unknown;
  readonly archived: boolean;
  /** Tickets on its skip list. */
  readonly skips: number;
}

export async function listSavedSchedules(connection: Kysely<unknown>): Promise<readonly SavedSchedule[]> {
  const { rows } = await sql<SavedSchedule>`
    select distinct on (i.name, s.name) s.id::text, i.name as "interface", o.code as "organization", s.name, s.function, s.launch,
      s.timing, s.batch_size as "batchSize", p.sales_channel_code || ';' || p.pos_code as "pointOfSales", s.settings,
      s.archived_at is not null as "archived",
      (select count(*) from skip k where k.schedule_id = s.id)::integer as "skips"
    from schedule s
    join interface i on i.id = s.interface_id
    join organization o on o.id = i.organization_id
    left join point_of_sales p on p.id = s.point_of_sales_id
    order by i.name, s.name, s.archived_at desc nulls first, s.id desc`.execute(connection);
  return rows;
}
