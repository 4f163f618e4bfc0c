import { sql } from 'kysely';
import { positionsPerBatch } from '../../../core/push/outcome';
import type { Database } from '../../database';
import type { HeldSlot } from './announce';
import { isOver } from './under-way';

/** The question whether TIXNGO refuses everything (reliability.md F19), asked by the range that narrows down. */
export interface Trial {
  readonly execution: number;
  /** That of the range. */
  readonly slot: HeldSlot;
}

const width = sql.lit(positionsPerBatch);

/**
 * One untouched batch from the middle and one from the end of the plan; none for a range that narrows no more. Notes that a trial is wanted,
 * not that it was taken: an attempt may end in it, and the next one takes it again. A call that such an attempt left without an answer
 * makes its batch one of the two again: else each attempt in an outage would leave tickets of other batches in doubt.
 */
export async function takeTrial(database: Database, { execution, slot }: Trial): Promise<readonly number[]> {
  const { range } = slot;
  const { rows } = await sql<{ batch: number }>`
    with wanted as (
      update execution set trial = 'wanted'
      where id = ${execution} and closed_at is null and narrowing_range = ${range} returning id
    ), untouched as (
      select b.batch, row_number() over (order by b.batch) as i, count(*) over () as n
      from execution_batch b join wanted on wanted.id = b.execution_id
      where not exists (
          select from call c
          where c.execution_id = b.execution_id and c.batch = b.batch
            and not (c.range_number = ${range} and c.answered_at is null and c.delivered is null
              and ${sql.raw(isOver('c'))}))
        -- What was skipped or refused without a call leaves nothing to try.
        and cardinality(b.ticket_ids) > (
          select count(*) from execution_undelivered u
          where u.execution_id = b.execution_id and u.position between b.batch * ${width} and (b.batch + 1) * ${width} - 1)
    )
    select batch from untouched where i = (n + 1) / 2 or i = n order by batch
  `.execute(database.kysely);
  return rows.map((row) => row.batch);
}

/**
 * True when the trial found refusals only: answers of it refused tickets, and no ticket was accepted since it began, by whichever lane.
 * Batches that turned out to need no call say nothing, nor do answers that left all tickets out: the trial goes on with others. When it is
 * `exhausted` (no batch is left to try, or several trials found nothing out) what the run delivered decides: a few bad batches at the end of
 * a plan are narrowed down like any other, for 30 calls more; the next slice may have brought batches by then. An attempt without the slot
 * judges nothing: its refusals may not be on record.
 */
export async function isTrialLost(
  database: Database,
  { execution, slot, exhausted, refused }: Trial & { readonly exhausted: boolean; readonly refused: number },
): Promise<boolean> {
  const { rows } = await sql<{ lost: boolean }>`
    with judged as (
      select id, ${refused}::integer > 0 or (${exhausted}::boolean and not exists (
        select from call c where c.execution_id = execution.id and c.delivered is not null)) as lost
      from execution where id = ${execution} and trial = 'wanted' and narrowing_range = ${slot.range} and exists (
        select from call_slot s
        where s.organizer = ${slot.organizer} and s.n = ${slot.n} and s.token = ${slot.token}::bigint
          and s.execution_id = execution.id and s.range_number = ${slot.range})
    ), narrowed_on as (
      update execution e set trial = 'taken', calls_without_acceptance = 0
      from judged j where e.id = j.id and not j.lost and ${exhausted}::boolean
    )
    select lost from judged
  `.execute(database.kysely);
  return rows[0]?.lost ?? false;
}
