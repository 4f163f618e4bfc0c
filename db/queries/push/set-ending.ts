import { sql } from 'kysely';
import type { Database } from '../../database';
import type { ExecutionIdentity } from './identity';

/**
 * Ends an open execution: its next announcement fails. The first reason stands. Of an execution that has come less far than is `known` of it
 * nothing is written: the database is an older one.
 *
 * A close that is not `done` commits this before its own transaction: lanes that still work could not see the close before its commit, and one
 * that takes a slot meanwhile would go on. When no close follows, the run has ended all the same; whoever asks next closes it.
 */
export async function setEnding(
  database: Database,
  identity: ExecutionIdentity,
  ending: {
    readonly ending: string;
    readonly reason?: string;
    readonly known?: { readonly slices: number; readonly ranges: number };
  },
): Promise<void> {
  const { slices, ranges } = ending.known ?? { slices: 0, ranges: 0 };
  await sql`
    update execution set ending = ${ending.ending}, ending_reason = ${ending.reason ?? null}
    where id = ${identity.execution} and namespace = ${identity.namespace} and workflow_id = ${identity.workflowId}
      and first_run_id = ${identity.firstRunId} and closed_at is null and ending is null
      and slices >= ${slices} and ranges_finished >= ${ranges}
  `.execute(database.kysely);
}

/** Pauses or resumes an open execution. Time spent paused does not count as an outage. */
export async function setPaused(database: Database, identity: ExecutionIdentity, paused: boolean): Promise<void> {
  await sql`
    with changed as (
      update execution set
        paused_ms = paused_ms + case when paused_at is null then 0
          else (extract(epoch from now() - paused_at) * 1000)::bigint end,
        paused_at = case when ${paused}::boolean then coalesce(paused_at, now()) end
      where id = ${identity.execution} and namespace = ${identity.namespace} and workflow_id = ${identity.workflowId}
        and first_run_id = ${identity.firstRunId} and closed_at is null
      returning organizer
    )
    update organizer_gate g set failing_since = now()
    from changed c
    where not ${paused}::boolean and g.organizer = c.organizer and g.failing_since is not null
  `.execute(database.kysely);
}
