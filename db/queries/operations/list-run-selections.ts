import { sql } from 'kysely';
import type { Database } from '../../database';
import type { InjectSelectionInput } from '../inject-tickets/due';

/** What one run was opened to select by. It keeps to that, whatever its schedule says since (domain.md 4). */
export interface RunSelectionRow extends InjectSelectionInput {
  readonly run: number;
}

/** Of the runs given: the products of their settings, and the tickets that their schedule's settings or their start had them skip. */
export async function listRunSelections(
  database: Database,
  runs: readonly number[],
): Promise<readonly RunSelectionRow[]> {
  const { rows } = await sql<RunSelectionRow>`
    select e.id::float8 as "run", i.organization_id::text as "organizationId", e.schedule_id::text as "scheduleId",
      coalesce(e.settings -> 'products', '[]') as "products", coalesce(e.overrides -> 'skip', '[]') as "skip"
    from execution e
    join interface i on i.id = e.interface_id
    where e.id = any(${runs}::bigint[])
    order by e.id`.execute(database.kysely);
  return rows;
}
