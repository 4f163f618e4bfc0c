import type { Database } from '../../db/database';
import { countOutcomes, type OutcomeCountRow } from '../../db/queries/operations/count-outcomes';
import type { ExecutionRow } from '../../db/queries/operations/find-execution';
import type { Session } from '../session';
import { paintOutcome } from './screen';
import { toDuration, toTime } from './times';

/** A run as a document: what it is, how it ended, its tickets by outcome. */
export async function toRunDocument(database: Database, execution: ExecutionRow): Promise<object> {
  const { timeZone, closedAtMs, schedule, interface: interfaceName } = execution;
  return {
    run: execution.run,
    schedule: `${interfaceName}/${schedule}`,
    function: execution.function,
    organization: execution.organization,
    organizer: execution.organizer,
    trigger: execution.trigger,
    simulation: execution.simulation,
    workflowId: execution.workflowId,
    firstRunId: execution.firstRunId,
    state: toState(execution),
    openedAt: toTime(execution.openedAtMs, timeZone),
    closedAt: closedAtMs === null ? null : toTime(closedAtMs, timeZone),
    lastSignAt: toTime(execution.lastSignAtMs, timeZone),
    planned: execution.planned,
    outcome: execution.outcome,
    ending: execution.ending,
    message: execution.message,
    outcomes: await countOutcomes(database, execution.run),
  };
}

/** A run in some lines for people. */
export async function describeExecution(session: Session, execution: ExecutionRow): Promise<readonly string[]> {
  const { screen, now } = session;
  const { timeZone, openedAtMs, closedAtMs } = execution;
  const counts = await countOutcomes(await session.database(), execution.run);
  const state = execution.outcome === null ? toState(execution) : paintOutcome(screen, execution.outcome);
  const lasted = toDuration((closedAtMs ?? now.getTime()) - openedAtMs);
  return [
    `Run ${String(execution.run)} of ${execution.interface}/${execution.schedule}: ${state}${execution.simulation ? ' (simulation)' : ''}`,
    `  ${execution.function}, started by ${execution.trigger} at ${toTime(openedAtMs, timeZone)}, ${closedAtMs === null ? 'open for' : 'took'} ${lasted}`,
    `  ${toPlanned(execution.planned, sumByOutcome(counts))}`,
    ...(execution.message === null ? [] : [`  ${execution.message}`]),
    ...counts
      .filter(({ code }) => code !== null)
      .slice(0, 10)
      .map(toCountLine),
    `  workflow ${execution.workflowId}`,
  ];
}

function toState(execution: ExecutionRow): 'open' | 'paused' | 'closed' {
  if (execution.closedAtMs !== null) return 'closed';
  return execution.paused ? 'paused' : 'open';
}

function sumByOutcome(counts: readonly OutcomeCountRow[]): string {
  const sums = new Map<string, number>();
  for (const { outcome, tickets } of counts) sums.set(outcome, (sums.get(outcome) ?? 0) + tickets);
  return [...sums].map(([outcome, tickets]) => `${String(tickets)} ${outcome}`).join(', ');
}

function toCountLine({ outcome, code, field, tickets }: OutcomeCountRow): string {
  return `    ${String(tickets)} ${outcome} ${[code, field].filter((part) => part !== null).join(' ')}`;
}

function toPlanned(planned: number, outcomes: string): string {
  if (planned === 0) return 'no ticket planned';
  return `${String(planned)} ticket${planned === 1 ? '' : 's'} planned: ${outcomes === '' ? 'no outcome yet' : outcomes}`;
}
