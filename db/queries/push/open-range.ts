import type { Pool } from 'pg';
import { runPrepared } from '../../prepared';
import { type ExecutionIdentity, identityValues } from './identity';

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

const statement = {
  name: 'push-open-range',
  text: `
    select e.organizer, e.interface_id as "interfaceId", i.organization_id as "organizationId", e.schedule_id as "scheduleId",
      e.settings, e.overrides, e.simulation,
      e.closed_at is not null as closed, e.ending, e.slices, e.ranges_finished as "rangesFinished",
      case when e.settings ? 'pointOfSalesId' then e.settings ->> 'pointOfSalesId' else s.point_of_sales_id::text end
        as "pointOfSalesId",
      i.url, i.api_key_reference as "apiKeyReference",
      i.organizer as "connectedOrganizer"
    from execution e join interface i on i.id = e.interface_id join schedule s on s.id = e.schedule_id
    where e.id = $1 and e.namespace = $2 and e.workflow_id = $3 and e.first_run_id = $4`,
};

/** Undefined when the database does not know this execution under this identity. */
export async function openRange(pool: Pool, identity: ExecutionIdentity): Promise<OpenedExecution | undefined> {
  const [opened] = await runPrepared<OpenedExecution>(pool, statement, identityValues(identity));
  return opened;
}
