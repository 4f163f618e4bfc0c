import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../../database';

/** A schedule with its interface, as a run finds it when it opens. */
export interface FoundSchedule {
  readonly scheduleId: string;
  readonly schedule: string;
  readonly interfaceId: string;
  readonly interface: string;
  readonly organization: string;
  readonly organizationId: string;
  readonly timeZone: string;
  readonly organizer: string;
  readonly function: string;
  readonly batchSize: number | null;
  readonly pointOfSalesId: string | null;
  readonly parallelCalls: number;
  readonly settings: unknown;
  readonly parameters: unknown;
}

/** All schedules of that name that are not archived: `interface/schedule`, or a bare schedule name that may fit several. */
export async function findSchedules(database: Database, name: string): Promise<readonly FoundSchedule[]> {
  const { rows } = await schedulesNamed(name).execute(database.kysely);
  return rows;
}

/** The same as a part of another statement; ids are text, so that they stay whole as JSON. */
export function schedulesNamed(name: string): RawBuilder<FoundSchedule> {
  const slash = name.indexOf('/');
  const interfaceName = slash < 0 ? null : name.slice(0, slash);
  const scheduleName = name.slice(slash + 1);
  return sql<FoundSchedule>`
    select s.id::text as "scheduleId", s.name as schedule, i.id::text as "interfaceId", i.name as interface,
      o.code as organization, o.id::text as "organizationId", o.time_zone as "timeZone", i.organizer, s.function,
      s.batch_size as "batchSize", s.point_of_sales_id::text as "pointOfSalesId", i.parallel_calls as "parallelCalls",
      s.settings, i.parameters
    from schedule s join interface i on i.id = s.interface_id join organization o on o.id = i.organization_id
    where s.name = ${scheduleName} and (${interfaceName}::text is null or i.name = ${interfaceName})
      and s.archived_at is null and i.archived_at is null
    order by i.name`;
}
