import type { Activities, LostRunAsker, PushFunction } from '../workflows/contract';
import { closeLostExecutions } from './close-lost';
import { setExecutionState } from './execution/set-execution-state';
import { fatal, withSafeFailures } from './failures';
import { closeExecution } from './push/close-execution';
import type { PushDefinition } from './push/definition';
import { findDefinition } from './push/definitions';
import { planSlice } from './push/plan-slice';
import { pushBatches } from './push/push-batches';
import { closeRetrieve } from './retrieve-status/close';
import { openRetrieve } from './retrieve-status/open';
import { retrievePages } from './retrieve-status/pages';
import { findActiveRetrieve, resolveRetrieve } from './retrieve-status/resolve';
import { testInterface } from './test-interface';
import type { World } from './world';

/** What the workflows ask of the world, on a real one. `find` names the pushes; tests bring one of their own. */
export function createActivities(
  world: World,
  find: (name: string) => PushDefinition | undefined = findDefinition,
): Activities {
  const requireDefinition = (name: PushFunction): PushDefinition => {
    const definition = find(name);
    if (definition === undefined) throw fatal('UNKNOWN_FUNCTION', `This version has no function ${name}`);
    return definition;
  };
  return {
    planSlice: (input) => withSafeFailures(() => planSlice(world, requireDefinition(input.function), input)),
    pushBatches: (input) => withSafeFailures(() => pushBatches(world, requireDefinition(input.function), input)),
    closeExecution: (input) => withSafeFailures(() => closeExecution(world, requireDefinition(input.function), input)),
    setExecutionState: (input) => withSafeFailures(() => setExecutionState(world, input)),
    testInterface: (input) => withSafeFailures(() => testInterface(world, input)),
    resolveRetrieve: (input) => withSafeFailures(() => resolveRetrieve(world, input)),
    findActiveRetrieve: (input) => withSafeFailures(() => findActiveRetrieve(world, input)),
    openRetrieve: (input) => withSafeFailures(() => openRetrieve(world, input)),
    retrievePages: (input) => withSafeFailures(() => retrievePages(world, input)),
    closeRetrieve: (input) => withSafeFailures(() => closeRetrieve(world, input)),
    closeLostExecutions: (asker) => withSafeFailures(() => closeAllLost(world, asker)),
  };
}

/** A person reads the answer, or the log of the worker that asked: one that cannot be closed is said, after the others are closed. */
async function closeAllLost(world: World, asker: LostRunAsker): Promise<readonly number[]> {
  const { closed, failed } = await closeLostExecutions(world, asker);
  if (failed.length === 0) return closed;
  throw fatal('BUG', `Executions ${failed.join(', ')} are lost and cannot be closed; the worker's log says why`);
}
