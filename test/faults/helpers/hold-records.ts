import type { System } from '../../helpers/e2e-system';
import { found, until } from '../../helpers/until';

/** Postgres takes no answer on record and announces no call: every statement of the lanes waits for its slot's row. */
export interface HeldRecords {
  /** Resolves when all calls are answered and none is recorded; how many tickets TIXNGO knows more than Postgres. */
  answered(): Promise<number>;
  /** Resolves when so many statements of workers wait. */
  waiting(statements: number): Promise<void>;
  /** Ends the statements that wait: nothing of them is committed. */
  drop(): Promise<void>;
  /** Lets statements go on that still wait, also those whose worker is gone. */
  release(): Promise<void>;
}

const WAITING = `from pg_stat_activity
  where datname = current_database() and application_name = 'tixngo worker' and wait_event_type = 'Lock'
    and query like '%with given as (%'`;

/** Holds them from now on, by locks of the test's own session. */
export async function holdRecords(system: System): Promise<HeldRecords> {
  const { pool, sandbox } = system;
  const session = await pool.connect();
  await session.query('begin');
  await session.query('select from call_slot for update');
  return {
    answered: () =>
      found('all calls answered, none of it on record', async () => {
        const { rows } = await pool.query<{ marked: number; waiting: number; calls: number; open: number }>(
          `select (select count(*) from processed)::integer as marked, (select count(*) ${WAITING})::integer as waiting,
             count(*)::integer as calls, coalesce(sum(cardinality(positions)), 0)::integer as open
           from call where answered_at is null`,
        );
        const { inFlight, tickets } = await sandbox.callSummary();
        const [row] = rows;
        if (row === undefined || row.calls === 0 || row.waiting < row.calls || inFlight > 0) return undefined;
        const more = (tickets.injectTickets?.accepted ?? 0) - row.marked;
        return more === row.open ? more : undefined;
      }),
    waiting: (statements) =>
      until(`${String(statements)} statements wait`, async () => {
        const { rows } = await pool.query(`select ${WAITING}`);
        return rows.length >= statements;
      }),
    drop: async () => {
      await pool.query(`select pg_terminate_backend(pid) ${WAITING}`);
      await until('no statement waits', async () => (await pool.query(`select ${WAITING}`)).rows.length === 0);
    },
    release: async () => {
      await session.query('rollback');
      session.release();
    },
  };
}
