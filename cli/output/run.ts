import { count } from '../../core/count';
import type { Database } from '../../db/database';
import { countOutcomes, type OutcomeCountRow } from '../../db/queries/operations/count-outcomes';
import type { ExecutionRow } from '../../db/queries/operations/find-execution';
import { findStartAction, type StartActionRow } from '../../db/queries/operations/find-start-action';
import { listOperatorActions, type OperatorActionRow } from '../../db/queries/operations/list-operator-actions';
import { readUnknownForced, type UnknownTickets } from '../forced';
import type { Session } from '../session';
import { listTickets, toNames } from '../tickets';
import { describeReadFrom, describeRetrieved } from './retrieved';
import { describeAction, describeStart, toActionDocument, toStartDocument } from './operators';
import { paintOutcome } from './screen';
import { toDuration, toTime } from './times';

/** What is known of a run beside its row. */
export interface RunFacts {
  readonly execution: ExecutionRow;
  readonly counts: readonly OutcomeCountRow[];
  readonly actions: readonly OperatorActionRow[];
  /** Who started it by a command. */
  readonly start: StartActionRow | undefined;
  readonly unknownForced: UnknownTickets | undefined;
}

export async function readRun(database: Database, execution: ExecutionRow): Promise<RunFacts> {
  const subject = `run ${String(execution.run)}`;
  const [counts, actions, start, unknownForced] = await Promise.all([
    countOutcomes(database, execution.run),
    listOperatorActions(database, [subject]),
    findStartAction(database, execution),
    readUnknownForced(database, execution.run),
  ]);
  return { execution, counts, actions, start, unknownForced };
}

/** A run as a document: what it is, how it ended, who held it up, its tickets by outcome. */
export function toRunDocument({ execution, counts, actions, start, unknownForced }: RunFacts): object {
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
    standingRefused: execution.standingRefused,
    operators: actions.map((action) => toActionDocument(action, timeZone)),
    outcomes: counts,
    retrieved: execution.retrieved,
    readFrom: execution.readFrom,
    unknownForced: unknownForced === undefined ? [] : toNames(unknownForced.missing),
    startedBy: start === undefined ? null : toStartDocument(start, timeZone),
  };
}

/** A run in some lines for people. */
export function describeExecution(
  { screen, now }: Session,
  { execution, counts, actions, start, unknownForced }: RunFacts,
): readonly string[] {
  const { timeZone, openedAtMs, closedAtMs } = execution;
  const state = execution.outcome === null ? toState(execution) : paintOutcome(screen, execution.outcome);
  const lasted = toDuration((closedAtMs ?? now.getTime()) - openedAtMs);
  const starter = execution.trigger === 'SCHEDULE' ? 'by its schedule' : 'by hand';
  return [
    `Run ${String(execution.run)} of ${execution.interface}/${execution.schedule}: ${state}${execution.simulation ? ' (simulation)' : ''}`,
    `  ${execution.function}, started ${starter} at ${toTime(openedAtMs, timeZone)}, ${closedAtMs === null ? 'open for' : 'took'} ${lasted}`,
    `  ${execution.retrieved === null ? toPlanned(execution.planned, sumByOutcome(counts)) : describeRetrieved(execution.retrieved)}`,
    ...(execution.readFrom === null ? [] : [`  ${describeReadFrom(execution.readFrom)}`]),
    ...(start === undefined ? [] : [`  ${describeStart(start, timeZone)}`]),
    ...(execution.message === null ? [] : [`  ${execution.message}`]),
    ...(unknownForced === undefined
      ? []
      : [`  forced, and no ticket of ${unknownForced.organization}: ${listTickets(unknownForced.missing)}`]),
    ...actions.map((action) => `  ${describeAction(action, timeZone)}`),
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
  return `${count(planned, 'ticket')} planned: ${outcomes === '' ? 'no outcome yet' : outcomes}`;
}
