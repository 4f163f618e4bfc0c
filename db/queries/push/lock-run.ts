import { type Kysely, sql } from 'kysely';
import type { RunIdentity } from './open-execution';

/**
 * Lets one transaction at a time plan or close a run: a second attempt waits here and then finds what the first one wrote. A lock of its own
 * and not that of the row: a slice takes a second to plan, and ranges that end meanwhile, refusals and pauses write into the row.
 */
export async function lockRun(transaction: Kysely<unknown>, run: RunIdentity): Promise<void> {
  const name = JSON.stringify(['run', run.namespace, run.workflowId, run.firstRunId]);
  await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(transaction);
}
