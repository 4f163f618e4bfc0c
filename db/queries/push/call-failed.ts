import { sql } from 'kysely';
import type { FailureKind } from '../../../core/push/gate';
import type { Database } from '../../database';

/** A call as it was announced at `sentAt`: where a newer attempt repeats it meanwhile, that one is under way, and is left alone. */
export interface CallAsAnnounced {
  readonly execution: number;
  readonly batch: number;
  readonly number: number;
  readonly sentAt: string;
  readonly deadlineMs: number;
}

/** Ends the wait of a call that was announced and is not made: it is over now, not at its deadline. */
export async function callOver(database: Database, call: CallAsAnnounced): Promise<void> {
  await sql`
    update call set deadline = now()
    where execution_id = ${call.execution} and batch = ${call.batch} and number = ${call.number}
      and deadline = ${call.sentAt}::timestamptz + make_interval(secs => ${call.deadlineMs}::double precision / 1000)
      and answered_at is null and deadline > now()
  `.execute(database.kysely);
}

/**
 * The same for one that failed, and what its time counts by (core/push/gate.ts): a 429 speaks of the account's rate, so the time of this try
 * is taken out now, and that of the wait for the next one when it is announced. Also past the deadline: a time-out ends a row of 409s.
 * For how many milliseconds the call has been in conflict; undefined when it is not, or somebody else's by now.
 */
export async function callFailed(
  database: Database,
  call: CallAsAnnounced,
  { kind, pauseMs }: { readonly kind: FailureKind; readonly pauseMs?: number | undefined },
): Promise<number | undefined> {
  const sentAt = sql`${call.sentAt}::timestamptz`;
  const { rows } = await sql<{ readonly conflictForMs: number | null }>`
    update call set
      deadline = least(deadline, now()),
      announced_at = case when ${kind} = 'rate' then announced_at + (now() - ${sentAt}) else announced_at end,
      waits_until = case when ${kind} = 'rate' then 'infinity'
        else now() + make_interval(secs => ${pauseMs ?? null}::double precision / 1000) end,
      conflict_since = case ${kind} when 'conflict' then coalesce(conflict_since, now()) when 'rate' then conflict_since end
    where execution_id = ${call.execution} and batch = ${call.batch} and number = ${call.number}
      and deadline = ${sentAt} + make_interval(secs => ${call.deadlineMs}::double precision / 1000) and answered_at is null
    returning case when conflict_since is not null
      then (extract(epoch from now() - greatest(conflict_since, announced_at)) * 1000)::integer end as "conflictForMs"
  `.execute(database.kysely);
  return rows[0]?.conflictForMs ?? undefined;
}
