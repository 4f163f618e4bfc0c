import type { StackWorker } from '../../local/stack-worker';
import type { System } from './e2e-system';
import { until } from './until';

export interface Held {
  readonly range: number;
  /** Of the owner: it shows this when it announces. */
  readonly token: string;
}

/** The slots that ranges hold now: each with the token that its owner shows when it announces. */
export async function listHeld({ pool }: System): Promise<readonly Held[]> {
  const { rows } = await pool.query<Held>(
    'select range_number as range, token from call_slot where execution_id is not null order by range_number',
  );
  return rows;
}

/** Whether each slot has gone to an owner after the frozen one. On a slow machine the first of them may be done before the last one has come. */
export async function isTakenOver(system: System, frozen: readonly Held[]): Promise<boolean> {
  const old = new Set(frozen.map(({ token }) => token));
  return (await listHeld(system)).every(({ token }) => !old.has(token));
}

/** The calls that these owners announced last, by batch and number. */
export async function listCalls({ pool }: System, held: readonly Held[]): Promise<readonly string[]> {
  const { rows } = await pool.query<{ call: string }>(
    `select batch || '/' || number as call from call
     join unnest($1::integer[], $2::bigint[]) as h(range, token) on h.range = range_number and h.token = call.token`,
    [held.map(({ range }) => range), held.map(({ token }) => token)],
  );
  return rows.map(({ call }) => call);
}

/**
 * What a frozen worker had asked Postgres before is still carried out: announcements that are being committed belong to those before. It asks
 * nothing more, so a session that was seen idle once is done; those of a live worker beside it need not all be idle at one moment.
 */
export async function settleFrozen({ pool }: System): Promise<void> {
  const listActive = async () => {
    const { rows } = await pool.query<{ pid: number }>(
      `select pid from pg_stat_activity where datname = current_database() and application_name = 'tixngo worker' and state = 'active'`,
    );
    return rows.map(({ pid }) => pid);
  };
  let left = await listActive();
  await until('every statement that ran when it froze has ended', async () => {
    const active = new Set(await listActive());
    left = left.filter((pid) => active.has(pid));
    return left.length === 0;
  });
}

/** Starts a worker that takes over before it is ready: its first task may be one of those that the frozen one swallows. */
export function startTakeover({ stack }: System): Promise<StackWorker> {
  const starting = stack.addWorker();
  // Who awaits it gets the failure; a test that failed before has its own.
  starting.catch(() => undefined);
  return starting;
}
