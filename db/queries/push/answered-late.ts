import { sql } from 'kysely';
import type { Database } from '../../database';
import { type CallAsAnnounced, callFailed } from './call-failed';
import { isUnderWay } from './under-way';

/**
 * Ends the wait for a call whose answer came to an attempt that has no slot any more, and did not settle all of it: it is over now, so a
 * newer attempt repeats it at once. If that one has left meanwhile, with the slot kept for this call (leave-range.ts), the slot is free.
 */
export async function answeredLate(
  database: Database,
  call: CallAsAnnounced & { readonly range: number },
): Promise<void> {
  // For its ages it failed: what was answered is not on record. It was no 409, so a row of those ends.
  await callFailed(database, call, { kind: 'other' });
  await sql`
    update call_slot s set token = s.token + 1, interface_id = null, execution_id = null, range_number = null, until = null
    where s.execution_id = ${call.execution} and s.range_number = ${call.range} and s.worker_id is null
      and not exists (
        select from call c
        where c.execution_id = ${call.execution} and c.range_number = ${call.range}
          and ${sql.raw(isUnderWay('c'))})
  `.execute(database.kysely);
}
