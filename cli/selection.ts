import { z } from 'zod';
import { selectForInject } from '../db/queries/inject-tickets/due';
import type { ScheduleRow } from '../db/queries/operations/list-schedules';
import type { PushSelection } from '../db/queries/push/selection';

const filters = z.object({ filters: z.object({ product: z.array(z.string()).optional() }).optional() });

/** What the next run of a schedule selects. */
export function toSelection({ id, organizationId, settings }: ScheduleRow): PushSelection {
  const products = filters.parse(settings).filters?.product ?? [];
  return selectForInject({ organizationId, scheduleId: id, products, skip: [] });
}
