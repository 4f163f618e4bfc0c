import { sql } from 'kysely';
import { type FailureKind, longestCountedWaitMs } from '../../../core/push/gate';
import type { Database } from '../../database';

/** A call as it was announced at `sentAt`: where a newer attempt repeats it meanwhile, that one is under way, and is left alone. */
export interface CallAsAnnounced {
  readonly execution: number;
  readonly batch: number;
  readonly number: number;
  readonly sentAt: string;
  readonly deadlineMs: number;
}

/** Ends the wait of a call that was announced and is not made: it is over now, not at its deadline, and says as little as after a 429. */
export async function callOver(database: Database, call: CallAsAnnounced): Promise<void> {
  await callFailed(database, call, { kind: 'rate' });
}

/**
 * The same for one that failed, and until when the wait for its next try counts (core/push/gate.ts). A 429 speaks of the account's rate: the
 * time of its try is taken out now, and none of the wait counts. Also past the deadline: a time-out ends a row of 409s. Once for each
 * announcement: a commit may be in doubt.
 * For how many milliseconds the call has been in conflict; undefined when it is not, or somebody else's by now.
 */
export async function callFailed(
  database: Database,
  call: CallAsAnnounced,
  { kind, pauseMs = 0 }: { readonly kind: FailureKind; readonly pauseMs?: number | undefined },
): Promise<number | undefined> {
  const sentAt = sql`${call.sentAt}::timestamptz`;
  // Not when it is recorded: the database may have been away.
  const endedAt = sql`least(deadline, now())`;
  const countedMs = kind === 'rate' ? 0 : longestCountedWaitMs + pauseMs;
  const { rows } = await sql<{ readonly conflictForMs: number | null }>`
    update call set
      deadline = ${endedAt},
      announced_at = case when ${kind} = 'rate' then announced_at + (${endedAt} - ${sentAt}) else announced_at end,
      counts_until = ${endedAt} + make_interval(secs => ${countedMs}::double precision / 1000),
      conflict_after = case ${kind} when 'conflict' then coalesce(conflict_after, ${endedAt} - announced_at)
        when 'rate' then conflict_after end
    where execution_id = ${call.execution} and batch = ${call.batch} and number = ${call.number}
      and deadline = ${sentAt} + make_interval(secs => ${call.deadlineMs}::double precision / 1000)
      and answered_at is null and counts_until is null
    returning (extract(epoch from deadline - announced_at - conflict_after) * 1000)::integer as "conflictForMs"
  `.execute(database.kysely);
  return rows[0]?.conflictForMs ?? undefined;
}
