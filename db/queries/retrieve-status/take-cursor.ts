import { type Kysely, sql } from 'kysely';
import type { RunIdentity } from '../push/open-execution';

export interface TakeCursorInput extends RunIdentity {
  readonly organizer: string;
  /** Seconds that it is held without a page. */
  readonly leaseSeconds: number;
  /** When Temporal scheduled this attempt, in milliseconds since 1970. */
  readonly attemptAtMs: number;
}

export type TakenCursor =
  | {
      readonly taken: true;
      /** The cursor's version from now on. */
      readonly version: string;
    }
  | {
      readonly taken: false;
      readonly holder: {
        readonly workflowId: string;
        readonly namespace: string;
        /** Number of the holder's run. */
        readonly execution: string | null;
      };
      /** The holder is a newer attempt of this run. */
      readonly followed: boolean;
    };

/** A holder whose attempt was scheduled later than this after now says nothing of its order: a clock was set back meanwhile (reliability.md F25). */
const aheadAtMost = '5 seconds';

/**
 * Takes the cursor of an account: when nobody holds it, when this run does, when its lease is over, or when its holder was another run of the same
 * workflow id. That id is unique in its namespace, so such a run is gone (domain.md 8.1). The version goes up: an attempt that took it before, also
 * one of the same run that reads on after a reset, writes no page any more. An attempt of this run that was scheduled before the holder's takes
 * nothing: a worker that was frozen begins, on waking, what it had been handed, and would take the cursor from the attempt that followed.
 */
export async function takeCursor(transaction: Kysely<unknown>, input: TakeCursorInput): Promise<TakenCursor> {
  const { organizer, namespace, workflowId, firstRunId, leaseSeconds, attemptAtMs } = input;
  const { rows } = await sql<{ version: string }>`
    insert into retrieve_cursor as c (organizer, holder_namespace, holder_workflow_id, holder_first_run_id, holder_execution_id, lease_until,
      holder_attempt_at)
    values (${organizer}, ${namespace}, ${workflowId}, ${firstRunId}, (
      select e.id from execution e
      where e.namespace = ${namespace} and e.workflow_id = ${workflowId} and e.first_run_id = ${firstRunId}),
      now() + make_interval(secs => ${leaseSeconds}), to_timestamp(${attemptAtMs}::float8 / 1000))
    on conflict (organizer) do update
      set holder_namespace = excluded.holder_namespace, holder_workflow_id = excluded.holder_workflow_id,
        holder_first_run_id = excluded.holder_first_run_id, holder_execution_id = excluded.holder_execution_id,
        lease_until = excluded.lease_until, holder_attempt_at = excluded.holder_attempt_at, version = c.version + 1
      where c.holder_workflow_id is null or c.lease_until <= now()
        or (c.holder_namespace = excluded.holder_namespace and c.holder_workflow_id = excluded.holder_workflow_id
          and not coalesce(c.holder_first_run_id = excluded.holder_first_run_id
            and c.holder_attempt_at > excluded.holder_attempt_at
            and c.holder_attempt_at <= now() + ${aheadAtMost}::interval, false))
    returning version
  `.execute(transaction);
  const [taken] = rows;
  if (taken !== undefined) return { taken: true, version: taken.version };
  const { firstRunId: heldBy, ...holder } = await readHolder(transaction, organizer);
  const isOwn = heldBy === firstRunId && holder.workflowId === workflowId && holder.namespace === namespace;
  return { taken: false, holder, followed: isOwn };
}

interface Holder {
  readonly workflowId: string;
  readonly namespace: string;
  readonly firstRunId: string;
  readonly execution: string | null;
}

async function readHolder(transaction: Kysely<unknown>, organizer: string): Promise<Holder> {
  const { rows } = await sql<Holder>`
    select holder_workflow_id as "workflowId", holder_namespace as namespace, holder_first_run_id as "firstRunId",
      holder_execution_id as execution
    from retrieve_cursor where organizer = ${organizer}
  `.execute(transaction);
  const [holder] = rows;
  // The failed insert has locked the row: nobody frees it before this.
  if (holder === undefined) throw new Error('A cursor that is held has a row');
  return holder;
}
