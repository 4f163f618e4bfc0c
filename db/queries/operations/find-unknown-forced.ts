import { sql } from 'kysely';
import type { Database } from '../../database';

/** What a run that was forced over numbers without a ticket was told to take, as it is on record. */
export interface ForcedRow {
  /** Code of the organization whose tickets they are. */
  readonly organization: string;
  /** The list that was typed with a command; null when none was. */
  readonly typed: string | null;
  /** A list that was too long for a workflow's input; null when there is none. */
  readonly uploaded: readonly string[] | null;
  /** Of the schedule as it is now, which counts where nothing was typed. */
  readonly ofSchedule: { readonly ticketNumbers?: readonly string[]; readonly ids?: readonly string[] } | null;
}

/** Undefined for a run of which every forced number names a ticket, and for one over what is due. */
export async function findUnknownForced(database: Database, run: number): Promise<ForcedRow | undefined> {
  const { rows } = await sql<ForcedRow>`
    select o.code as "organization", a.details ->> 'force' as "typed", u.content as "uploaded", s.settings -> 'force' as "ofSchedule"
    from execution e
    join schedule s on s.id = e.schedule_id
    join interface i on i.id = e.interface_id
    join organization o on o.id = i.organization_id
    left join lateral (
      select details from operator_action
      where details ->> 'workflowId' = e.workflow_id and details ->> 'firstRunId' = e.first_run_id
      order by id limit 1
    ) a on true
    left join upload u on u.id = (a.details ->> 'upload')::bigint and u.kind = 'tickets'
    where e.id = ${run} and (e.overrides ->> 'unknownForced')::integer > 0`.execute(database.kysely);
  return rows[0];
}
