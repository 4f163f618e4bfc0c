import type { World } from '../world';

/** Runs whose keys are kept: several accounts are read at once, and those that are over are forgotten by and by. */
const mostRuns = 32;

/** By worker and first run id: numbers of executions come again when an older database is restored. */
const known = new WeakMap<World, Map<string, Set<string>>>();

/**
 * The pagination keys that this process has read a page with, of one run, over its activities: by them a key is known that comes back
 * (reliability.md F21). In memory, for what is read again changes nothing: a worker that knows less only finds out later.
 */
export function askedKeys(world: World, firstRunId: string): Set<string> {
  const runs = known.get(world) ?? new Map<string, Set<string>>();
  known.set(world, runs);
  const keys = runs.get(firstRunId) ?? new Set<string>();
  // The one that is used stands last; the one that was not used for longest goes.
  runs.delete(firstRunId);
  runs.set(firstRunId, keys);
  const [oldest] = runs.keys();
  if (runs.size > mostRuns && oldest !== undefined) runs.delete(oldest);
  return keys;
}
