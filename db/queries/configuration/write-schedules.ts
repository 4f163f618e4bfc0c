import { type Kysely, sql } from 'kysely';

/** A schedule to save: `id` is the saved one that it replaces (in use or archived), absent for a new one. */
export interface ScheduleToWrite {
  readonly id?: string;
  readonly interface: string;
  readonly name: string;
  readonly function: string;
  readonly launch: string;
  readonly timing?: object;
  readonly batchSize?: number;
  readonly pointOfSalesId?: string;
  readonly settings: object;
}

/** Writes them in one statement; skip lists hang on the row and stay. */
export async function writeSchedules(
  transaction: Kysely<unknown>,
  schedules: readonly ScheduleToWrite[],
): Promise<void> {
  await sql`
    with given as (
      select g.*, i.id as interface_id
      from jsonb_to_recordset(${JSON.stringify(schedules)}::jsonb) as g (id bigint, interface text, name text, function text,
        launch text, timing jsonb, "batchSize" integer, "pointOfSalesId" bigint, settings jsonb)
      join interface i on i.name = g.interface
    ), changed as (
      update schedule s set function = g.function, launch = g.launch, timing = g.timing, batch_size = g."batchSize",
        point_of_sales_id = g."pointOfSalesId", settings = g.settings, archived_at = null
      from given g where s.id = g.id
    )
    insert into schedule (interface_id, name, function, launch, timing, batch_size, point_of_sales_id, settings)
    select interface_id, name, function, launch, timing, "batchSize", "pointOfSalesId", settings
    from given where id is null`.execute(transaction);
}
