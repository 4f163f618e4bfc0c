import { type Kysely, sql } from 'kysely';
import type { ExecutionIdentity } from '../push/identity';
import { lockRun } from '../push/lock-run';
import type { RetrieveCounts } from '../../../core/retrieve-status/counts';
import { readCounts } from './counts';

/** An execution of retrieve-status that is about to be closed, its row locked. */
export interface ClosingRetrieve {
  readonly closed: boolean;
  readonly report: unknown;
  readonly ending: string | null;
  readonly endingReason: string | null;
  readonly counts: RetrieveCounts;
  readonly scheduleId: string;
  readonly interfaceId: string;
  readonly interfaceName: string;
  readonly organization: string;
  readonly organizationId: string;
  readonly organizer: string;
  readonly settings: unknown;
  readonly overrides: unknown;
  /** Of a run that applies a file: how many records it has, and how many of them are read. */
  readonly fileRecords: number | null;
  readonly uploadPosition: number;
}

/**
 * Waits for a page that is being written, and locks the row: two closes follow one another and the first stands, and no page comes after. Undefined
 * when the execution is not known under this identity.
 */
export async function lockRetrieve(
  transaction: Kysely<unknown>,
  identity: ExecutionIdentity,
): Promise<ClosingRetrieve | undefined> {
  await lockRun(transaction, identity);
  const { rows } = await sql<Omit<ClosingRetrieve, 'counts'> & { readonly retrieved: Partial<RetrieveCounts> | null }>`
    select e.closed_at is not null as closed, e.report, e.ending, e.ending_reason as "endingReason", e.retrieved,
      e.schedule_id as "scheduleId", e.interface_id as "interfaceId", i.name as "interfaceName", o.code as organization,
      i.organization_id as "organizationId", e.organizer, e.settings, e.overrides,
      e.upload_position::float8 as "uploadPosition", (u.content ->> 'records')::float8 as "fileRecords"
    from execution e join interface i on i.id = e.interface_id join organization o on o.id = i.organization_id
    left join upload u on u.id = (e.overrides ->> 'upload')::bigint and u.kind = 'records'
    where e.id = ${identity.execution} and e.namespace = ${identity.namespace}
      and e.workflow_id = ${identity.workflowId} and e.first_run_id = ${identity.firstRunId}
    for no key update of e
  `.execute(transaction);
  const [row] = rows;
  if (row === undefined) return undefined;
  const { retrieved, ...closing } = row;
  return { ...closing, counts: readCounts(retrieved) };
}

export interface RetrieveClose {
  readonly execution: number;
  readonly ending: string;
  readonly endingReason: string | null;
  readonly outcome: string;
  readonly report: unknown;
}

/** Writes how the execution ended; its cursor is freed beside it (free-cursor.ts). */
export async function writeRetrieveClose(transaction: Kysely<unknown>, close: RetrieveClose): Promise<void> {
  await sql`
    update execution set ending = ${close.ending}, ending_reason = ${close.endingReason}, closed_at = now(),
      outcome = ${close.outcome}, report = ${JSON.stringify(close.report)}::jsonb, last_sign_at = now()
    where id = ${close.execution} and closed_at is null
  `.execute(transaction);
}
