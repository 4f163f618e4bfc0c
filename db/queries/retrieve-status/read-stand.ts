import { type Kysely, sql } from 'kysely';
import type { ExecutionIdentity } from '../push/identity';
import type { RetrieveCounts } from '../../../core/retrieve-status/counts';
import { readCounts } from './counts';

/** Where a run of retrieve-status stands: what it asks before each page. */
export interface Stand {
  /** The account, as it was when the run was opened. */
  readonly organizer: string;
  readonly paginationKey: string;
  readonly version: string;
  /** This run holds the cursor, whether or not its lease is over. */
  readonly held: boolean;
  readonly closed: boolean;
  readonly ending: string | null;
  readonly endingReason: string | null;
  /** An operator paused this run. */
  readonly paused: boolean;
  /** An operator paused the organizer, whoever reads it. */
  readonly organizerPaused: boolean;
  /** An operator paused the interface of this run. */
  readonly interfacePaused: boolean;
  /** Milliseconds until TIXNGO may be asked again (Retry-After). */
  readonly closedForMs: number;
  readonly counts: RetrieveCounts;
  readonly settings: unknown;
  readonly overrides: unknown;
  readonly interfaceId: string;
  readonly interfaceName: string;
  readonly organizationId: string;
  readonly scheduleId: string;
  readonly url: string;
  readonly apiKeyReference: unknown;
  /** The interface's account now: another one than `organizer` when the interface was moved. */
  readonly connectedOrganizer: string;
  /** Last record of the upload that is applied. */
  readonly uploadPosition: number;
}

type Row = Omit<Stand, 'counts'> & { readonly retrieved: Partial<RetrieveCounts> | null };

/** Undefined when the execution is not known under this identity. In the transaction of a page: as that one leaves it. */
export async function readStand(connection: Kysely<unknown>, identity: ExecutionIdentity): Promise<Stand | undefined> {
  const { rows } = await sql<Row>`
    select e.organizer, coalesce(c.pagination_key, '') as "paginationKey", coalesce(c.version, 0)::text as version,
      coalesce(c.holder_namespace = e.namespace and c.holder_workflow_id = e.workflow_id
        and c.holder_first_run_id = e.first_run_id, false) as held,
      e.closed_at is not null as closed, e.ending, e.ending_reason as "endingReason", e.paused_at is not null as paused,
      coalesce(g.paused, false) as "organizerPaused", i.paused as "interfacePaused", i.name as "interfaceName",
      coalesce(greatest(0, extract(epoch from g.not_before - now()) * 1000), 0)::integer as "closedForMs",
      e.retrieved, e.settings, e.overrides, e.interface_id as "interfaceId", i.organization_id as "organizationId",
      e.schedule_id as "scheduleId", i.url, i.api_key_reference as "apiKeyReference", i.organizer as "connectedOrganizer",
      e.upload_position::float8 as "uploadPosition"
    from execution e
    join interface i on i.id = e.interface_id
    left join retrieve_cursor c on c.organizer = e.organizer
    left join organizer_gate g on g.organizer = e.organizer
    where e.id = ${identity.execution} and e.namespace = ${identity.namespace}
      and e.workflow_id = ${identity.workflowId} and e.first_run_id = ${identity.firstRunId}
  `.execute(connection);
  const [row] = rows;
  if (row === undefined) return undefined;
  const { retrieved, ...stand } = row;
  return { ...stand, counts: readCounts(retrieved) };
}
