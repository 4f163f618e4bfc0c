import { findInterface } from '../db/queries/find-interface';
import type { InterfaceTest } from '../workflows/contract';
import { fatal } from './failures';
import type { World } from './world';

const deadlineMs = 10_000;

/** Asks TIXNGO for the account's status with the interface's key, on this worker; sends no ticket (domain.md 3). */
export async function testInterface(world: World, input: { readonly interface: string }): Promise<InterfaceTest> {
  const found = await findInterface(world.database, input.interface);
  if (found === undefined)
    throw fatal('UNKNOWN_INTERFACE', `No interface is called ${JSON.stringify(input.interface)}`);
  try {
    const before = Date.now();
    const status = await world.openTixngo(found).accountStatus({ deadlineMs });
    const middle = (before + Date.now()) / 2;
    const same = status.organizer === found.organizer;
    return {
      worker: world.workerName,
      reachable: true,
      organizer: status.organizer,
      clockOffsetMs: Math.round(Date.parse(status.time) - middle),
      ...(same ? {} : { problem: `the key belongs to another account than the interface names (${found.organizer})` }),
    };
  } catch (error) {
    return { worker: world.workerName, reachable: false, problem: describe(error) };
  }
}

/** Messages of the adapter hold no personal data and no key; anything else is shown by its name only. */
function describe(error: unknown): string {
  if (error instanceof Error && (error.name.startsWith('Tixngo') || error.name === 'ApplicationFailure'))
    return error.message;
  throw error;
}
