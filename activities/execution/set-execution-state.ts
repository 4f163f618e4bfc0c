import { assertNever } from '../../core/assert-never';
import { setEnding, setPaused } from '../../db/queries/push/set-ending';
import type { SetExecutionStateInput } from '../../workflows/contract';
import type { World } from '../world';
import { identify } from './identify';

/** Writes an operator's signal where running ranges read it: with their next announcement. */
export async function setExecutionState(world: World, input: SetExecutionStateInput): Promise<void> {
  const identity = identify(input);
  switch (input.state) {
    case 'paused':
      await setPaused(world.database, identity, true);
      break;
    case 'running':
      await setPaused(world.database, identity, false);
      break;
    case 'stopping':
      await setEnding(world.database, identity, { ending: 'operator' });
      break;
    default:
      assertNever(input.state);
  }
}
