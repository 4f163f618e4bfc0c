import type { EventSnapshot } from '../core/messages/ticket-snapshot';
import type { Database } from '../db/database';
import { type EventKey, eventKeyText, loadEvents } from '../db/queries/inject-tickets/load-events';

interface Loading {
  readonly events: Promise<ReadonlyMap<string, EventSnapshot>>;
  readonly since: number;
}

/** A run reads an event again after so long: a change of it counts for calls not later than that. */
const freshForMs = 10_000;
const mostKeys = 5_000;

const known = new WeakMap<Database, Map<string, Loading>>();

/**
 * The events of these tickets, by `eventKeyText`. The lanes of a run share what one of them has read, for a match has thousands of tickets;
 * a new run reads all anew, so that what was mended counts at once.
 */
export async function findEvents(
  database: Database,
  run: string,
  tickets: readonly EventKey[],
): Promise<ReadonlyMap<string, EventSnapshot>> {
  const loadings = remembered(database);
  const name = (key: string) => `${run} ${key}`;
  const now = performance.now();
  const asked = new Map<string, Loading>();
  const missing = new Map<string, EventKey>();
  for (const ticket of tickets) {
    const key = eventKeyText(ticket);
    if (asked.has(key) || missing.has(key)) continue;
    const loading = loadings.get(name(key));
    if (loading !== undefined && loading.since > now - freshForMs) asked.set(key, loading);
    else missing.set(key, ticket);
  }
  if (missing.size > 0) {
    const loading = { events: loadEvents(database, [...missing.values()]), since: now };
    if (loadings.size + missing.size > mostKeys) loadings.clear();
    for (const key of missing.keys()) {
      asked.set(key, loading);
      loadings.set(name(key), loading);
    }
    // Who asked learns of the failure; the next one tries again.
    loading.events.catch(() => {
      for (const key of missing.keys()) if (loadings.get(name(key)) === loading) loadings.delete(name(key));
    });
  }
  const loaded = new Map<Loading, ReadonlyMap<string, EventSnapshot>>();
  for (const loading of new Set(asked.values())) loaded.set(loading, await loading.events);
  const found = new Map<string, EventSnapshot>();
  for (const [key, loading] of asked) {
    const event = loaded.get(loading)?.get(key);
    if (event !== undefined) found.set(key, event);
  }
  return found;
}

function remembered(database: Database): Map<string, Loading> {
  const loadings = known.get(database) ?? new Map<string, Loading>();
  known.set(database, loadings);
  return loadings;
}
