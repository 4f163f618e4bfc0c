import { sql } from 'kysely';
import type { Database } from '../../database';

/** What a run that was forced over numbers without a ticket was told to take, as far as that is on record. */
export interface ForcedRow {
  /** Code of the organization whose tickets they are. */
  readonly organization: string;
  /** How many numbers named no ticket when the run opened. */
  readonly unknown: number;
  /** The list that was typed with a command; null when none was. */
  readonly typed: string | null;
  /** A list that was too long for a workflow's input; null when there is none. */
  readonly uploaded: readonly string[] | null;
  /** Of the schedule as it is now; null where it does not count, or where it may have been another one when the run opened. */
  readonly ofSchedule: { readonly ticketNumbers?: readonly string[]; readonly ids?: readonly string[] } | null;
}

/**
 * Undefined for a run of which every forced number named a ticket, and for one over what is due. The schedule's list counts where nothing was
 * typed, which is known of a run that the schedule started, or a command that is on record: not of one started in the Temporal UI. And
 * not where a file that changes the schedule was applied since.
 */
export async function findUnknownForced(database: Database, run: number): Promise<ForcedRow | undefined> {
  const { rows } = await sql<ForcedRow>`
    select o.code as "organization", (e.overrides ->> 'unknownForced')::integer as "unknown", a.details ->> 'force' as "typed",
      u.content as "uploaded",
      case when a.details ->> 'force' is null and (a.details is not null or e.trigger = 'SCHEDULE') and not exists (
        select from operator_action c where c.at >= e.opened_at and c.action = 'apply'
          and c.details -> 'changes' @> jsonb_build_array(jsonb_build_object('kind', 'schedule', 'name', i.name || '/' || s.name)))
        then s.settings -> 'force' end as "ofSchedule"
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
