import { sql } from 'kysely';
import type { Database } from '../../database';
import type { ExecutionIdentity } from './identity';

/** What an attempt needs to know before it works on a range. Settings and point of sales are as they were when the run opened. */
export interface OpenedExecution {
  readonly organizer: string;
  readonly interfaceId: string;
  readonly organizationId: string;
  readonly scheduleId: string;
  readonly settings: unknown;
  readonly overrides: unknown;
  readonly simulation: boolean;
  readonly closed: boolean;
  readonly ending: string | null;
  readonly slices: number;
  readonly rangesFinished: number;
  readonly pointOfSalesId: string | null;
  readonly url: string;
  readonly apiKeyReference: unknown;
  /** The account that URL and key belong to now; another than `organizer` when the interface was moved since the run opened. */
  readonly connectedOrganizer: string;
}

/** Undefined when the database does not know this execution under this identity. */
export async function openRange(database: Database, identity: ExecutionIdentity): Promise<OpenedExecution | undefined> {
  const { rows } = await sql<OpenedExecution>`
    select e.organizer, e.interface_id as "interfaceId", i.organization_id as "organizationId", e.schedule_id as "scheduleId",
      e.settings, e.overrides, e.simulation,
      e.closed_at is not null as closed, e.ending, e.slices, e.ranges_finished as "rangesFinished",
      case when e.settings ? 'pointOfSalesId' then e.settings ->> 'pointOfSalesId' else s.point_of_sales_id::text end
        as "pointOfSalesId",
      i.url, i.api_key_reference as "apiKeyReference",
      i.organizer as "connectedOrganizer"
    from execution e join interface i on i.id = e.interface_id join schedule s on s.id = e.schedule_id
    where e.id = ${identity.execution} and e.namespace = ${identity.namespace}
      and e.workflow_id = ${identity.workflowId} and e.first_run_id = ${identity.firstRunId}
  `.execute(database.kysely);
  return rows[0];
}
