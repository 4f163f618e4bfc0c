import type { Outside } from '../../helpers/invariants';

/** What the table tells of a push: tickets lost, tickets taken twice although keys are honoured or not, calls that came again. */
export interface Twice {
  readonly lost: number;
  /** Tickets that came more than once. */
  readonly 'tickets sent twice': number;
  /** Calls that came more than once. */
  readonly 'calls sent twice': number;
}

/** Counts at the stand-in what the tickets that were due have become. */
export async function countTwice({ sandbox }: Outside, due: readonly string[]): Promise<Twice> {
  const { calls, tickets } = await sandbox.calls();
  const keys = calls.map(({ key }) => key);
  return {
    lost: due.filter((id) => (tickets[id]?.accepted ?? 0) === 0).length,
    'tickets sent twice': Object.values(tickets).filter(({ accepted }) => accepted > 1).length,
    'calls sent twice': keys.length - new Set(keys).size,
  };
}

/** One number out of Postgres. */
export async function countRows({ pool }: Outside, text: string): Promise<number> {
  const { rows } = await pool.query<{ count: string }>(`select count(*) as count from ${text}`);
  return Number(rows[0]?.count ?? 0);
}
