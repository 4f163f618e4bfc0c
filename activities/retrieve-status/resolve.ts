import { findHolder } from '../../db/queries/retrieve-status/find-holder';
import { findSchedules, type FoundSchedule } from '../../db/queries/push/find-schedule';
import { type ActiveRetrieve, type RetrieveSubject, toRetrieveId } from '../../workflows/retrieve-contract';
import { requireSchedule } from '../require-schedule';
import type { World } from '../world';

/** Which account a schedule reads. */
export async function resolveRetrieve(
  world: World,
  { schedule }: { readonly schedule: string },
): Promise<RetrieveSubject> {
  return toSubject(await findRetrieveSchedule(world, schedule));
}

export async function findRetrieveSchedule(world: World, name: string): Promise<FoundSchedule> {
  return requireSchedule({ name, function: 'retrieve-status' }, await findSchedules(world.database, name));
}

export function toSubject({ organizer, interface: interfaceName, organization }: FoundSchedule): RetrieveSubject {
  return { organizer, interfaceName, organizationCode: organization };
}

/** The run that reads an account now. One that has not taken the cursor yet is known by its fixed id alone. */
export async function findActiveRetrieve(
  world: World,
  { organizer }: { readonly organizer: string },
): Promise<ActiveRetrieve> {
  const holder = await findHolder(world.database, organizer);
  const workflowId = toRetrieveId(organizer);
  if (holder?.workflowId !== workflowId || holder.namespace !== world.namespace) return { workflowId };
  return { workflowId, ...(holder.execution === null ? {} : { execution: Number(holder.execution) }) };
}
