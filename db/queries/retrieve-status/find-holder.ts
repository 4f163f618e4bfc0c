import { sql } from 'kysely';
import type { Database } from '../../database';

/** The run that holds the cursor of an account now. */
export interface CursorHolder {
  readonly workflowId: string;
  readonly namespace: string;
  /** Number of its run. */
  readonly execution: string | null;
}

/** Undefined when nobody does, or the lease is over. */
export async function findHolder(database: Database, organizer: string): Promise<CursorHolder | undefined> {
  const { rows } = await sql<CursorHolder>`
    select holder_workflow_id as "workflowId", holder_namespace as namespace, holder_execution_id as execution
    from retrieve_cursor where organizer = ${organizer} and holder_workflow_id is not null and lease_until > now()
  `.execute(database.kysely);
  return rows[0];
}
