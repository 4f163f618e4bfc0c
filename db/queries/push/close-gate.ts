import { sql } from 'kysely';
import { keyRefused } from '../../../core/push/gate';
import type { Database } from '../../database';

/** Notes on the gate that TIXNGO asked for a pause, or that it gives no valid answer; every later announcement reads it. */
export async function closeGate(
  database: Database,
  closing: {
    readonly organizer: string;
    /** Retry-After in milliseconds. */
    readonly pauseMs?: number;
    /** Code of the failure when quick retries did not help. */
    readonly failingCode?: string;
  },
): Promise<void> {
  await sql`
    update organizer_gate set
      not_before = case when ${closing.pauseMs ?? null}::double precision is null then not_before
        else greatest(not_before, now() + make_interval(secs => ${closing.pauseMs ?? 0}::double precision / 1000)) end,
      failing_since = case when ${closing.failingCode ?? null}::text is null then failing_since
        else coalesce(failing_since, now()) end,
      failing_code = coalesce(${closing.failingCode ?? null}, failing_code),
      probe_at = case when failing_since is null then now() + interval '1 second' else probe_at end
    where organizer = ${closing.organizer}
  `.execute(database.kysely);
}

/** TIXNGO refuses the key: no execution that is open now may call any more; the first call of a later one is the probe. */
export async function refuseKey(database: Database, organizer: string): Promise<void> {
  await sql`
    with gate as (
      update organizer_gate set key_refused_at = now(), probe_at = now() + interval '1 second'
      where organizer = ${organizer}
    )
    update execution set ending = 'failed', ending_reason = ${keyRefused}
    where organizer = ${organizer} and closed_at is null and ending is null
  `.execute(database.kysely);
}
