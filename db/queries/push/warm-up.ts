import type { Pool } from 'pg';
import { recordAndAnnounce } from './announce';
import { loadPlan } from './load-plan';
import { takeSlot } from './take-slot';

/** No execution has this number: what is asked for it finds and changes nothing. */
const nobody = { execution: 0, namespace: '', workflowId: '', firstRunId: '' };

/**
 * Opens so many connections and has Postgres plan the statements of the hot path on each. A connection's first call takes 20 to 40 ms
 * more than the next ones, and at the start of a run all lanes would wait for that at once.
 */
export async function warmUp(pool: Pool, connections: number, load: (pool: Pool) => Promise<unknown>): Promise<void> {
  const slot = { organizer: '', n: 0, token: '0', range: 0 };
  const perConnection = [
    () => takeSlot(pool, { identity: nobody, range: 0, worker: '0', leaseSeconds: 0 }),
    () => loadPlan(pool, { execution: 0, first: 0, last: 0 }),
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
  // The same statement on all connections at once: each is busy with its own.
  for (const ask of perConnection) await Promise.all(Array.from({ length: connections }, ask));
}
