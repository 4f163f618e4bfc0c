import { sql } from 'kysely';
import type { Database } from '../../database';

/** A schedule that is not archived, with the interface and the organization that it belongs to. */
export interface ScheduleRow {
  readonly id: string;
  readonly name: string;
  readonly interfaceId: string;
  readonly interface: string;
  readonly function: string;
  readonly launch: 'MANUAL' | 'AUTOMATIC';
  readonly timing: unknown;
  readonly settings: unknown;
  readonly parameters: unknown;
  readonly organizationId: string;
  readonly organization: string;
  readonly timeZone: string;
  readonly organizer: string;
  readonly interfacePaused: boolean;
  readonly organizerPaused: boolean;
}

/** All schedules in use, by interface and name: some tens of rows. */
export async function listSchedules(database: Database): Promise<readonly ScheduleRow[]> {
  const { rows } = await sql<ScheduleRow>`
    select s.id::text, s.name, i.id::text as "interfaceId", i.name as "interface", s.function, s.launch, s.timing, s.settings,
      i.parameters, o.id::text as "organizationId", o.code as "organization", o.time_zone as "timeZone", i.organizer,
      i.paused as "interfacePaused", coalesce(g.paused, false) as "organizerPaused"
    from schedule s
    join interface i on i.id = s.interface_id
    join organization o on o.id = i.organization_id
    left join organizer_gate g on g.organizer = i.organizer
    where s.archived_at is null and i.archived_at is null
    order by i.name, s.name`.execute(database.kysely);
  return rows;
}
