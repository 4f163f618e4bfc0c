import { sql } from 'kysely';
import type { Pool } from 'pg';
import type { Database } from '../../database';
import { recordAndAnnounce } from './announce';
import { loadPlan } from './load-plan';
import { openRange } from './open-range';
import { takeSlot } from './take-slot';

/** No execution has this number: what is asked for it finds and changes nothing. */
const nobody = { execution: 0, namespace: '', workflowId: '', firstRunId: '' };

/**
 * Opens so many connections and has Postgres plan the statements of the hot path on each (`load`: those of the functions). Connecting takes
 * 20 ms and the first execution of the announcement as long again, and at the start of a run all lanes would wait for both at once.
 */
export async function warmUp(
  { kysely, pool }: Database,
  connections: number,
  load: (pool: Pool) => Promise<unknown>,
): Promise<void> {
  const slot = { organizer: '', n: 0, token: '0', range: 0 };
  const statements = [
    () => openRange(pool, nobody),
    () => takeSlot(pool, { identity: nobody, range: 0, worker: '0', leaseSeconds: 0 }),
    () => loadPlan(pool, { execution: 0, first: 0, last: 0, worker: '0', token: '0' }),
    () => load(pool),
    () =>
      recordAndAnnounce(pool, {
        identity: nobody,
        slot,
        worker: '0',
        function: 'inject-tickets',
        printingPointOfSales: null,
        simulation: false,
      }),
  ];
  const onEach = (ask: () => Promise<unknown>) => Promise.all(Array.from({ length: connections }, ask));
  // The plan of a slice takes two of the other pool.
  await Promise.all([sql`select 1`.execute(kysely), sql`select 1`.execute(kysely)]);
  // Each statement on all connections at once: so none of them does another's share.
  for (const ask of statements) await onEach(ask);
}
