import { sql } from 'kysely';
import type { Database } from '../../database';
import type { PushSelection } from '../push/selection';
import { epochMs } from './epoch-ms';

/** What an open run has before it, and how fast it is. */
export interface Backlog {
  /** Tickets due that this run has not settled yet, planned or not. */
  readonly tickets: number;
  /** Tickets settled per second, over the last minute or since the run was opened; 0 while none was for 15 s, or the run, its interface or its account is paused. */
  readonly perSecond: number;
  /** When all are settled at that speed, in milliseconds since 1970; null while there is no speed. */
  readonly goneAtMs: number | null;
}

/** Measures the backlog of one open run by what that run selects (list-run-selections.ts); undefined for a run over tickets that were named. */
export async function measureBacklog(
  database: Database,
  { run, selection }: { readonly run: number; readonly selection: PushSelection },
): Promise<Backlog | undefined> {
  const { rows } = await sql<Backlog>`
    with measured as (
      select (select count(*) from ticket t left join processed p on p.ticket_id = t.id and p.function = ${selection.function}
          where ${selection.due}
            and not exists (select from execution_undelivered x where x.ticket_id = t.id and x.execution_id = e.id)) as tickets,
        -- One that is paused goes on at nobody knows what time.
        (select case when max(x.recorded_at) > now() - interval '15 seconds' then count(*) else 0 end
          from execution_ticket x where x.execution_id = e.id and e.paused_at is null and not i.paused
            and not coalesce(g.paused, false) and x.recorded_at > now() - interval '1 minute')
          / greatest(1, least(60, extract(epoch from now() - e.opened_at))) as per_second
      from execution e
      join interface i on i.id = e.interface_id
      left join organizer_gate g on g.organizer = e.organizer
      where e.id = ${run} and not coalesce((e.overrides ->> 'forced')::boolean, false) and e.overrides ->> 'again' is null),
    ended as (select *, now() + tickets / nullif(per_second, 0) * interval '1 second' as gone_at from measured)
    select tickets::float8, per_second::float8 as "perSecond", ${epochMs('gone_at')} as "goneAtMs" from ended`.execute(
    database.kysely,
  );
  return rows[0];
}
