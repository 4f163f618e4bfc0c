import { sql } from 'kysely';
import type { Database } from '../../database';
import type { HeldSlot } from './announce';

/**
 * Takes the announcement of `sentAt` off the record: nothing of that call ever went out, so its tickets are as if it had never been. True
 * when it is gone.
 *
 * It stays where it is not the call's only one, or no longer the newest: TIXNGO may have those tickets. And where the slot is not ours any
 * more: a newer attempt, or the close, has perhaps read it. The slot's row is locked as by an announcement, so that either sees this first.
 */
export async function takeCallBack(
  database: Database,
  call: {
    readonly execution: number;
    readonly slot: HeldSlot;
    readonly batch: number;
    readonly number: number;
    readonly sentAt: string;
    readonly deadlineMs: number;
  },
): Promise<boolean> {
  const { rows } = await sql`
    with slot as materialized (
      select from call_slot s
      where s.organizer = ${call.slot.organizer} and s.n = ${call.slot.n} and s.token = ${call.slot.token}::bigint
        and s.execution_id = ${call.execution} and s.range_number = ${call.slot.range}
      for no key update
    )
    delete from call
    where execution_id = ${call.execution} and batch = ${call.batch} and number = ${call.number}
      and token = ${call.slot.token}::bigint and repeats = 0 and answered_at is null and delivered is null
      and deadline = ${call.sentAt}::timestamptz + make_interval(secs => ${call.deadlineMs}::double precision / 1000)
      and exists (select from slot)
    returning 1
  `.execute(database.kysely);
  return rows.length > 0;
}
