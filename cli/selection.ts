import { z } from 'zod';
import type { Database } from '../db/database';
import { selectForInject } from '../db/queries/inject-tickets/due';
import type { ScheduleRow } from '../db/queries/operations/list-schedules';
import { resolveNaming } from '../db/queries/push/resolve-naming';
import type { PushSelection } from '../db/queries/push/selection';

const settingsOfPush = z.object({
  filters: z.object({ product: z.array(z.string()).optional() }).optional(),
  skip: z.object({ ticketNumbers: z.array(z.string()), ids: z.array(z.string()) }).optional(),
});

/** What the next run of a schedule selects. The tickets that its settings skip are looked up where there are any. */
export async function findSelection(database: Database, schedule: ScheduleRow): Promise<PushSelection> {
  const { organizationId } = schedule;
  const { skip } = settingsOfPush.parse(schedule.settings);
  const named = { organizationId, numbers: skip?.ticketNumbers ?? [], ids: skip?.ids ?? [] };
  const { ticketIds } = await resolveNaming(database.kysely, named);
  return toSelection(schedule, ticketIds);
}

/** The same for one run, whose skipped tickets are on record. */
export function toSelection({ id, organizationId, settings }: ScheduleRow, skip: readonly string[]): PushSelection {
  const products = settingsOfPush.parse(settings).filters?.product ?? [];
  return selectForInject({ organizationId, scheduleId: id, products, skip });
}
