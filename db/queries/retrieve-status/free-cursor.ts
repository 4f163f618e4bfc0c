import { type Kysely, sql } from 'kysely';
import type { RunIdentity } from '../push/open-execution';

/** Gives the cursor of an account back; one that another run holds stays held. */
export async function freeCursor(
  transaction: Kysely<unknown>,
  run: RunIdentity & { readonly organizer: string },
): Promise<void> {
  await sql`
    update retrieve_cursor set holder_namespace = null, holder_workflow_id = null, holder_first_run_id = null,
      holder_execution_id = null, lease_until = null
    where organizer = ${run.organizer} and holder_namespace = ${run.namespace} and holder_workflow_id = ${run.workflowId}
      and holder_first_run_id = ${run.firstRunId}
  `.execute(transaction);
}
