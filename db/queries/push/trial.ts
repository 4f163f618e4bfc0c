import { sql } from 'kysely';
import type { Database } from '../../database';

/**
 * One untouched batch from the middle and one from the end of the plan, for the question whether TIXNGO refuses everything (reliability.md
 * F19); notes that the trial is taken, so that it happens once.
 */
export async function takeTrial(database: Database, execution: number): Promise<readonly number[]> {
  const { rows } = await sql<{ batch: number }>`
    with taken as (
      update execution set trial = 'taken' where id = ${execution} and closed_at is null and trial = 'none' returning id
    ), untouched as (
      select b.batch, row_number() over (order by b.batch) as i, count(*) over () as n
      from execution_batch b join taken on taken.id = b.execution_id
      where not exists (select from call c where c.execution_id = b.execution_id and c.batch = b.batch)
    )
    select batch from untouched where i = (n + 1) / 2 or i = n order by batch
  `.execute(database.kysely);
  return rows.map((row) => row.batch);
}

/**
 * True while the whole refusals go on: no ticket was accepted since the trial was taken. A plan that had no batch left to try decides by what
 * it delivered: a few bad batches at its end are narrowed down like any other.
 */
export async function isTrialLost(
  database: Database,
  trial: { readonly execution: number; readonly tried: boolean },
): Promise<boolean> {
  const { rows } = await sql<{ lost: boolean }>`
    select trial = 'taken' and (${trial.tried}::boolean or not exists (
      select from call c where c.execution_id = execution.id and c.delivered is not null)) as lost
    from execution where id = ${trial.execution}
  `.execute(database.kysely);
  return rows[0]?.lost ?? false;
}
