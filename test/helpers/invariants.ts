import type { Pool } from 'pg';
import type { SandboxAdmin, SandboxCalls } from '../../sandbox/admin-client';
import { until } from './until';

/**
 * The invariants of a push, P1 to P7 of reliability.md, counted from outside: what the sandbox accepted, the tickets that the test holds
 * as due, and the rows that Postgres ends with.
 */

/** Where to count. */
export interface Outside {
  readonly pool: Pool;
  readonly sandbox: SandboxAdmin;
}

export interface ExecutionRow {
  readonly id: number;
  readonly workflowId: string;
  readonly outcome: string | null;
  readonly ending: string | null;
  readonly closed: boolean;
  readonly planned: number;
  readonly report: Readonly<Record<string, unknown>> | null;
}

/** Executions of the database, oldest first. */
export async function listExecutions({ pool }: Outside): Promise<readonly ExecutionRow[]> {
  const { rows } = await pool.query<ExecutionRow>(
    `select id::integer, workflow_id as "workflowId", outcome, ending, closed_at is not null as closed, planned, report
     from execution order by id`,
  );
  return rows;
}

/** How many tickets of an execution ended in each way, counted from its rows. */
export async function countOutcomes({ pool }: Outside, execution: number): Promise<Readonly<Record<string, number>>> {
  const { rows } = await pool.query<{ outcome: string; count: number }>(
    'select outcome, count(*)::integer from execution_ticket where execution_id = $1 group by 1',
    [execution],
  );
  return Object.fromEntries(rows.map(({ outcome, count }) => [outcome, count]));
}

const reportFields = {
  DELIVERED: 'delivered',
  REFUSED: 'refused',
  SKIPPED: 'skipped',
  SIMULATED: 'simulated',
  UNKNOWN: 'unknown',
  NOT_TRIED: 'notTried',
} as const;

/** P1 and P5: every planned ticket has one outcome, each but DELIVERED and SIMULATED a reason, and the report says just that. */
export async function expectComplete(outside: Outside, execution: number): Promise<Readonly<Record<string, number>>> {
  const [row] = (await listExecutions(outside)).filter(({ id }) => id === execution);
  const counts = await countOutcomes(outside, execution);
  expect(row).toMatchObject({ closed: true });
  expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(row?.planned);
  const { rows } = await outside.pool.query(
    `select from execution_ticket where execution_id = $1 and outcome not in ('DELIVERED', 'SIMULATED') and code is null`,
    [execution],
  );
  expect(rows).toHaveLength(0);
  for (const [outcome, field] of Object.entries(reportFields)) {
    expect([field, row?.report?.[field]]).toEqual([field, counts[outcome] ?? 0]);
  }
  return counts;
}

/** P2: what TIXNGO accepted and what is marked as sent are the same tickets: no phantom, none lost. */
export async function expectMarksEqualAccepted(outside: Outside): Promise<void> {
  expect(await readMarked(outside)).toEqual(await readAccepted(outside));
}

/** Tickets whose last outcome is UNKNOWN, of calls not answered or refused only when repeated, or left out by an answer and to be asked for. */
const openTickets = `select ticket_id as id from ticket_outcome where outcome = 'UNKNOWN'
     union select b.ticket_ids[u.position % 50 + 1] from call c
       join execution_batch b on b.execution_id = c.execution_id and b.batch = c.batch
       cross join unnest(c.positions) as u(position)
       left join execution_ticket e on e.execution_id = c.execution_id and e.position = u.position
     where c.answered_at is null or (e.position is null and (c.refusal_code is null or c.repeats > 0))`;

/**
 * P2 at all times, also while a run goes: every accepted ticket is marked or open; every marked one was accepted. The sandbox is asked before
 * and after, for it goes on meanwhile.
 */
export async function expectNoPhantom(outside: Outside): Promise<void> {
  const before = await readAccepted(outside);
  const marked = await readMarked(outside);
  const open = await readIds(outside, `${openTickets} union select ticket_id from processed`);
  const after = new Set(await readAccepted(outside));
  const known = new Set([...marked, ...open]);
  expect(before.filter((id) => !known.has(id))).toEqual([]);
  expect(marked.filter((id) => !after.has(id))).toEqual([]);
}

/**
 * P5 at all times, also while runs go: as many tickets are told as delivered as the API has accepted, but for the open ones. What was accepted
 * and not open when this began must be told; what is told must have been accepted by the end.
 */
export async function expectToldDelivered(outside: Outside, readTold: () => Promise<number>): Promise<void> {
  const before = await readAccepted(outside);
  const open = new Set(await readIds(outside, openTickets));
  const told = await readTold();
  const after = await readAccepted(outside);
  expect(told).toBeGreaterThanOrEqual(before.filter((id) => !open.has(id)).length);
  expect(told).toBeLessThanOrEqual(after.length);
}

/** P3: each of these tickets is in a wallet once, no other is, and nobody holds a claim any more. */
export async function expectDelivered(outside: Outside, due: readonly string[]): Promise<void> {
  const { tickets } = await outside.sandbox.state();
  const inWallets = tickets.map(({ ticketId }) => ticketId).sort();
  expect(inWallets.length).toBe(due.length);
  expect(inWallets).toEqual([...due].sort());
  expect(await readIds(outside, 'select ticket_id as id from claim')).toEqual([]);
}

/** P3: calls under one key carry the same tickets, in the same order, and none twice. Returns the keys that came more than once. */
export function expectSameTicketsPerKey({ calls }: SandboxCalls): readonly string[] {
  const byKey = new Map<string, string>();
  const repeated = new Set<string>();
  for (const { key, ticketIds } of calls) {
    if (key === null) throw new Error('A call came without a key');
    expect({ key, different: new Set(ticketIds).size }).toEqual({ key, different: ticketIds.length });
    const tickets = ticketIds.join(',');
    if (byKey.has(key)) repeated.add(key);
    expect(byKey.get(key) ?? tickets).toBe(tickets);
    byKey.set(key, tickets);
  }
  return [...repeated];
}

/** P3 with keys honoured: no ticket was taken in twice, but those that were asked for again because an answer left them out. */
export async function expectNothingDoubled({ sandbox }: Outside, { askedAgain } = { askedAgain: 0 }): Promise<void> {
  const { summary } = await sandbox.calls();
  expect(summary.tickets.injectTickets).toMatchObject({ acceptedAgain: askedAgain, changedAgain: 0 });
}

/** The death of a worker: the calls that had come to the stand-in by then, and how many it may have lost, one per lane. */
export interface Death {
  readonly callsBefore: number;
  readonly mayLose: number;
}

/**
 * To be asked when the worker is dead and the next one is not started: what it had sent has been dealt with. So a successor that meets a call
 * still running at the API is not in the tests that ask this.
 */
export async function noteDeath({ sandbox }: Pick<Outside, 'sandbox'>, mayLose: number): Promise<Death> {
  await until('what the dead worker sent is dealt with', async () => (await sandbox.callSummary()).inFlight === 0);
  return { callsBefore: (await sandbox.calls()).calls.length, mayLose };
}

/**
 * P4 where the API honours no keys: only calls whose answer was lost came again, at most `lost` times in all or for each death, with their
 * own tickets under their own key; no ticket came under two keys.
 */
export async function expectOnlyLostRepeated({ sandbox }: Outside, lost: number | readonly Death[]): Promise<void> {
  const answer = await sandbox.calls();
  expectSameTicketsPerKey(answer);
  const keys = new Map<string, Set<string | null>>();
  for (const { key, ticketIds } of answer.calls) {
    for (const id of ticketIds) keys.set(id, (keys.get(id) ?? new Set()).add(key));
  }
  expect([...keys].filter(([, those]) => those.size > 1).map(([id]) => id)).toEqual([]);
  const repetitions = findRepetitions(answer);
  if (typeof lost === 'number') {
    expect(repetitions.length).toBeLessThanOrEqual(lost);
    return;
  }
  // Each repetition is of the call that the first death after that one lost.
  const deathOf = (earlier: number) => lost.find(({ callsBefore }) => callsBefore >= earlier);
  const unexplained = repetitions.filter(
    ({ earlier, later }) => !(later > (deathOf(earlier)?.callsBefore ?? Infinity)),
  );
  expect(unexplained).toEqual([]);
  for (const death of lost) {
    const its = repetitions.filter(({ earlier }) => deathOf(earlier) === death);
    expect(its.length).toBeLessThanOrEqual(death.mayLose);
  }
}

/** Neighbouring calls under one key, by their numbers at the stand-in. */
function findRepetitions({ calls }: SandboxCalls): readonly { readonly earlier: number; readonly later: number }[] {
  const newest = new Map<string | null, number>();
  return calls.flatMap(({ key, number }) => {
    const earlier = newest.get(key);
    newest.set(key, number);
    return earlier === undefined ? [] : [{ earlier, later: number }];
  });
}

/** P1, P2: where every answer was learnt by the last execution, no ticket's last outcome is UNKNOWN. */
export async function expectNoneUnknown(outside: Pick<Outside, 'pool'>): Promise<void> {
  const { rows } = await outside.pool.query(`select * from ticket_outcome where outcome = 'UNKNOWN'`);
  expect(rows).toEqual([]);
}

/** P6: never more calls in flight than the account allows; `frozen` adds one per lane for a worker that woke up. */
export async function expectWithinLimit({ sandbox }: Outside, limit: number): Promise<void> {
  const { maxInFlight } = await sandbox.callSummary();
  expect(maxInFlight).toBeLessThanOrEqual(limit);
}

export async function readMarked(outside: Outside): Promise<readonly string[]> {
  return await readIds(outside, 'select ticket_id as id from processed');
}

/** Ids of the tickets that the sandbox accepted at least once. */
export async function readAccepted({ sandbox }: Outside): Promise<readonly string[]> {
  const { tickets } = await sandbox.calls();
  return Object.entries(tickets)
    .filter(([, { accepted }]) => accepted > 0)
    .map(([ticketId]) => ticketId)
    .sort();
}

async function readIds({ pool }: Pick<Outside, 'pool'>, statement: string): Promise<readonly string[]> {
  const { rows } = await pool.query<{ id: string }>(statement);
  return rows.map(({ id }) => id).sort();
}
