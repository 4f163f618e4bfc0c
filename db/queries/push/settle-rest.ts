import { type Kysely, sql } from 'kysely';
import { positionsPerBatch } from '../../../core/push/outcome';

/**
 * Ends every open row of a run that stops early: tickets of an announced and unanswered call UNKNOWN, also those that an answer left out
 * and that were not asked for again, and those of a call that was refused whole only when it was repeated; the rest NOT_TRIED with the
 * reason, or with the refusal of the whole call that was not narrowed down (architecture.md, "Announce, call, record").
 */
export async function settleRest(
  transaction: Kysely<unknown>,
  input: { readonly execution: number; readonly function: string; readonly simulation: boolean; readonly code: string },
): Promise<void> {
  await sql`
    with planned as (
      select b.batch * ${sql.lit(positionsPerBatch)} + u.i::integer - 1 as position, u.ticket_id
      from execution_batch b, unnest(b.ticket_ids) with ordinality as u(ticket_id, i)
      where b.execution_id = ${input.execution}
    ), settled as materialized (
      select position from execution_ticket where execution_id = ${input.execution}
    ), open as (
      select p.* from planned p where not exists (select from settled s where s.position = p.position)
    ), called as (
      select u.position, bool_or(c.answered_at is null) as unanswered,
        -- Only a refused call has accepted nothing: any other that was answered may have taken what its answer left out (reliability.md F20).
        bool_or(c.answered_at is not null and c.refusal_code is null) as left_out,
        -- A refusal speaks of one sending: an earlier one of the same call, whose answer was lost, may have taken them.
        bool_or(c.refusal_code is not null and c.repeats > 0) as sent_before, max(c.announced_at) as at,
        (array_agg(c.refusal_code order by c.number desc) filter (where c.refusal_code is not null))[1] as refusal_code,
        (array_agg(c.refusal_message order by c.number desc) filter (where c.refusal_code is not null))[1] as refusal_message
      from call c, unnest(c.positions) as u(position)
      where c.execution_id = ${input.execution} and c.batch in (select position / ${sql.lit(positionsPerBatch)} from open)
      group by u.position
    ), ended as (
      select o.position, o.ticket_id, c.at,
        case when c.unanswered or c.left_out or c.sent_before then 'UNKNOWN' else 'NOT_TRIED' end as outcome,
        case when c.unanswered then 'ANSWER_LOST' when c.left_out then 'NO_RESULT' when c.sent_before then 'ANSWER_LOST'
          else coalesce(c.refusal_code, ${input.code}) end as code,
        case when c.unanswered then 'sent, and no valid answer came before the run ended'
          when c.left_out then 'sent, and the answer left this ticket out; the run ended before it was asked for again'
          when c.sent_before then 'sent, and no answer came; the repetition was refused whole, and the run ended before it was narrowed down'
          else c.refusal_message end as message
      from open o left join called c on c.position = o.position
    ), written as (
      insert into execution_undelivered (execution_id, position, ticket_id, outcome, code, message)
      select ${input.execution}, position, ticket_id, outcome, code, message from ended
      on conflict (execution_id, position) do nothing
    )
    insert into ticket_outcome as old (ticket_id, function, execution_id, outcome, code, message, attempted_at)
    select ticket_id, ${input.function}, ${input.execution}, outcome, code, message, at from ended
    where not ${input.simulation}::boolean
    order by ticket_id
    on conflict (ticket_id, function) do update
      set execution_id = excluded.execution_id, outcome = excluded.outcome, code = excluded.code, field = null,
        message = excluded.message, attempted_at = coalesce(excluded.attempted_at, old.attempted_at), recorded_at = now()
      where old.outcome <> 'UNKNOWN' or excluded.outcome = 'UNKNOWN'
  `.execute(transaction);
}
