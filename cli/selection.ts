import { z } from 'zod';
import type { Database } from '../db/database';
import { selectForInject } from '../db/queries/inject-tickets/due';
import { listRunSelections } from '../db/queries/operations/list-run-selections';
import type { ScheduleRow } from '../db/queries/operations/list-schedules';
import { resolveNaming } from '../db/queries/push/resolve-naming';
import type { PushSelection } from '../db/queries/push/selection';

const settingsOfPush = z.object({
  filters: z.object({ product: z.array(z.string()).optional() }).optional(),
  skip: z.object({ ticketNumbers: z.array(z.string()), ids: z.array(z.string()) }).optional(),
});

/** What the next run of a schedule selects. The tickets that its settings skip are looked up where there are any. */
export async function findSelection(database: Database, schedule: ScheduleRow): Promise<PushSelection> {
  const { id, organizationId, settings } = schedule;
  const { filters, skip } = settingsOfPush.parse(settings);
  const named = { organizationId, numbers: skip?.ticketNumbers ?? [], ids: skip?.ids ?? [] };
  const { ticketIds } = await resolveNaming(database.kysely, named);
  return selectForInject({ organizationId, scheduleId: id, products: filters?.product ?? [], skip: ticketIds });
}

/** What each of these runs of pushes selects, by its number: what it was opened with, not what its schedule says now. */
export async function findRunSelections(
  database: Database,
  runs: readonly number[],
): Promise<ReadonlyMap<number, PushSelection>> {
  const rows = runs.length === 0 ? [] : await listRunSelections(database, runs);
  return new Map(rows.map(({ run, ...input }) => [run, selectForInject(input)]));
}
