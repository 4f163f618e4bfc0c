import type { Pool } from 'pg';
import { onlyRow, runPrepared } from '../../prepared';
import type { HeldSlot } from './announce';

const statement = {
  name: 'push-renew-slot',
  text: `
with renewed as (
  update call_slot set until = now() + make_interval(secs => $5)
  where organizer = $1 and n = $2 and token = $3::bigint and execution_id = $4
  returning held_since, interface_id
)
select exists (select from renewed) as "held",
  exists (
    select from renewed r join slot_wait w on w.organizer = $1 and w.execution_id <> $4 and w.until > now()
      join execution x on x.id = w.execution_id join interface i on i.id = x.interface_id
    where r.held_since < now() - interval '10 seconds'
      -- Another interface that is at its own limit has no use for this slot; one of this interface has.
      and (i.id = r.interface_id
        or i.parallel_calls > (select count(*) from held_call_slots($1) h where h.interface_id = i.id))) as "waitedFor"`,
};

/**
 * Renews the slot while its range works. `waitedFor`: another execution waits for a slot of this account and this range has held
 * its own for 10 s, so it should give it back after the call under way.
 */
export async function renewSlot(
  pool: Pool,
  slot: HeldSlot,
  options: { readonly execution: number; readonly leaseSeconds: number },
): Promise<{ readonly held: boolean; readonly waitedFor: boolean }> {
  const values = [slot.organizer, slot.n, slot.token, options.execution, options.leaseSeconds];
  return onlyRow(await runPrepared<{ held: boolean; waitedFor: boolean }>(pool, statement, values));
}
