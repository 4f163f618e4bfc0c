import { sql } from 'kysely';
import type { Database } from '../../database';
import { epochMs } from './epoch-ms';
import { failing, pause, type GateRow } from './read-gate';

/** What an account's open runs wait for at its gate, as `readGate` tells it of one of them, and whether its key is refused. */
export interface AccountGateRow extends GateRow {
  readonly organizer: string;
  /** When TIXNGO last refused the key of a push; null once it has taken one since. */
  readonly keyRefusedAtMs: number | null;
}

/**
 * The gates of these accounts. A run that is paused, or whose interface or account is, waits for an operator and not for TIXNGO: it does not go on by
 * itself once TIXNGO answers.
 */
export async function listGates(database: Database, organizers: readonly string[]): Promise<readonly AccountGateRow[]> {
  // While a push waits, a probe goes out each second, or after a call of 30 s and a pause: when none does, no worker may be there, and nobody knows
  // whether TIXNGO still fails. A read-back passes by the gate and leaves a refused key on it; that it read a page since shows that a key is taken.
  const { rows } = await sql<AccountGateRow>`
    select g.organizer,
      case when greatest(g.probe_at, g.not_before) > now() - interval '2 minutes' then ${failing} end as "failing",
      case when e.runs > 0 then ${pause} end as "pause",
      case when not exists (
        select from execution r
        where r.organizer = g.organizer and r.opened_at > g.key_refused_at
          and r.overrides ->> 'upload' is null and (r.retrieved ->> 'pages')::float8 > 0
      ) then ${epochMs('g.key_refused_at')} end as "keyRefusedAtMs"
    from organizer_gate g
    cross join lateral (
      select min(x.opened_at) filter (where x.function <> 'retrieve-status') as opened_at, count(*) as runs
      from execution x join interface i on i.id = x.interface_id
      where x.organizer = g.organizer and x.closed_at is null and not x.simulation and x.overrides ->> 'upload' is null
        and x.paused_at is null and not i.paused and not g.paused
    ) e
    where g.organizer = any(${organizers}::text[])`.execute(database.kysely);
  return rows;
}
