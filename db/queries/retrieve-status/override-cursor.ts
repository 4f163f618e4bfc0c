import { type Kysely, sql } from 'kysely';
import type { RunIdentity } from '../push/open-execution';

export interface OverrideCursorInput extends RunIdentity {
  readonly execution: number;
  readonly organizer: string;
  /** The pagination key to go on from; empty reads everything again. */
  readonly to: string;
  /** The key that the operator saw there. */
  readonly confirmed: string;
}

/** `present`: the key that stands there, and not what was confirmed. */
export type OverriddenCursor =
  { readonly overridden: true; readonly from: string } | { readonly overridden: false; readonly present: string };

/**
 * Moves a cursor that this run holds to where an operator wants it, if it still stands where he saw it (domain.md 8.2). The version goes up: a
 * page that was fetched before cannot be written any more. The keys that were asked for are forgotten: they come again from there on. The key
 * that it left is kept with the execution: an operator who named a wrong one finds the way back.
 */
export async function overrideCursor(
  transaction: Kysely<unknown>,
  input: OverrideCursorInput,
): Promise<OverriddenCursor> {
  const { rows } = await sql<{ present: string; overridden: boolean }>`
    with held as materialized (
      select c.organizer, c.pagination_key from retrieve_cursor c
      where c.organizer = ${input.organizer} and c.holder_namespace = ${input.namespace}
        and c.holder_workflow_id = ${input.workflowId} and c.holder_first_run_id = ${input.firstRunId}
      for no key update
    ), moved as (
      update retrieve_cursor c set pagination_key = ${input.to}, version = c.version + 1, moved_at = now()
      from held h where c.organizer = h.organizer and h.pagination_key = ${input.confirmed}
      returning 1
    ), forgotten as (
      delete from asked_key a using held h where a.organizer = h.organizer and exists (select from moved)
    ), noted as (
      update execution e set overrides = e.overrides || jsonb_build_object('leftCursor', h.pagination_key)
      from held h where e.id = ${input.execution} and exists (select from moved)
    )
    select h.pagination_key as present, exists (select from moved) as overridden from held h
  `.execute(transaction);
  const [row] = rows;
  if (row === undefined) throw new Error('Only the run that holds a cursor overrides it');
  return row.overridden ? { overridden: true, from: row.present } : { overridden: false, present: row.present };
}
