import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { StartedRun } from '../../client/runs';
import { INTERFACE, SCHEDULE, type System } from './e2e-system';
import { until } from './until';
import { countOutcomes, expectNoPhantom, listExecutions, type ExecutionRow, type Outside } from './invariants';

/** Runs that end from outside (reliability.md F37), and what is expected of them. */

const logDocument = z.object({ outcomes: z.array(z.object({ outcome: z.string(), tickets: z.number() })) });

/** Starts a run and waits until it has planned and some tickets are sent; those of the run before may still be counted among them. */
export async function startAndReach(
  system: System,
  tickets: number,
  start = () => system.start(),
): Promise<StartedRun> {
  const before = await system.sandbox.callSummary();
  const executions = (await listExecutions(system)).length;
  const run = await start();
  await until('the run has planned', async () => (await listExecutions(system)).length > executions);
  await system.accepted((before.tickets.injectTickets?.accepted ?? 0) + tickets);
  return run;
}

/** Starts a run that Temporal ends after so many seconds. */
export async function startWithTimeout(system: System, seconds: number): Promise<StartedRun> {
  const handle = await system.open.client.workflow.start('injectTickets', {
    workflowId: `inject-tickets/${INTERFACE}/${SCHEDULE}-${randomUUID()}`,
    taskQueue: system.stack.config.temporal.taskQueue,
    args: [{ schedule: `${INTERFACE}/${SCHEDULE}` }],
    workflowRunTimeout: `${String(seconds)} seconds`,
  });
  return { workflowId: handle.workflowId, firstRunId: handle.firstExecutionRunId };
}

/** The execution that was opened last. */
export async function lastExecution(outside: Outside): Promise<ExecutionRow> {
  const last = (await listExecutions(outside)).at(-1);
  if (last === undefined) throw new Error('There is no execution');
  return last;
}

/** A mail is written when the reason is news: from now on as if runs before had failed for another one, and no mail had been written. */
export async function forgetMails({ pool }: System): Promise<void> {
  await pool.query('delete from outbox');
  await pool.query(`update execution set report = report - 'signature'`);
}

/** Closed as lost: in error, what was not sent NOT_TRIED, a mail written; what is shown is what the rows say. */
export async function expectClosedAsLost(system: System, id: number): Promise<Readonly<Record<string, number>>> {
  const execution = (await listExecutions(system)).find((row) => row.id === id);
  expect(execution).toMatchObject({ closed: true, outcome: 'ERROR', ending: 'failed' });
  const { stdout } = await system.command('log', String(id), '--json');
  const shown: Record<string, number> = {};
  for (const { outcome, tickets } of logDocument.parse(JSON.parse(stdout)).outcomes) {
    shown[outcome] = (shown[outcome] ?? 0) + tickets;
  }
  const counts = await countOutcomes(system, id);
  expect(shown).toEqual(counts);
  expect(counts.NOT_TRIED).toBeGreaterThan(0);
  expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(execution?.planned);
  const { rows } = await system.pool.query<{ recipients: string[] }>(
    'select recipients from outbox where execution_id = $1 and sent_at is null',
    [id],
  );
  expect(rows).toEqual([{ recipients: ['ops@example.org'] }]);
  await expectNoPhantom(system);
  return counts;
}
