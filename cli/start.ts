import { RunAlreadyOpen } from '../client/errors';
import type { RunEnd, StartedRun } from '../client/runs';
import type { Database } from '../db/database';
import { countOutcomes } from '../db/queries/operations/count-outcomes';
import { findExecution, type ExecutionRow } from '../db/queries/operations/find-execution';
import { recordOperatorAction } from '../db/queries/operations/record-operator-action';
import type { ScheduleRow } from '../db/queries/operations/list-schedules';
import type { PushInput } from '../client/system-client';
import type { Answer } from './answer';
import { CommandFailure } from './failure';
import { toFullName } from './find';
import { followUntil, openFollower, type RunProgress } from './follow';
import { toPush } from './functions';
import { listHolds } from './holds';
import { tellAtInterrupt } from './interrupt';
import { describeExecution, readRun, toRunDocument } from './output/run';
import type { Session } from './session';
import { toFailure } from './to-failure';

/** How a run is started and what is done until it ends. */
export interface StartOptions {
  readonly wait?: true;
  readonly also?: true;
  readonly reason?: string;
}

export interface StartRequest {
  readonly schedule: ScheduleRow;
  readonly input: PushInput;
  readonly options: StartOptions;
  /** `run` or `again`: what is recorded. */
  readonly action: string;
}

/** Starts a run by hand; refuses, naming the open one, unless `--also`; waits for its end with `--wait`. */
export async function startRun(session: Session, request: StartRequest): Promise<Answer> {
  const { schedule, input, options } = request;
  const name = toFullName(schedule);
  const subject = {
    ...schedule,
    schedule: schedule.name,
    function: toPush(schedule, 'it is started by tixngo run'),
    trigger: 'OPERATOR' as const,
  };
  const client = await session.client();
  const database = await session.database();
  if (options.also !== true) {
    const [open] = await client.listOpenRuns(subject);
    if (open !== undefined) throw alreadyOpen(name, open);
  }
  // To the second, as Temporal's schedule names its runs; a run beside one of the same second is told apart by its milliseconds.
  const second = new Date(Math.floor(session.now.getTime() / 1000) * 1000);
  const started = await client.startPush(subject, { input, at: second }).catch((error: unknown) => {
    if (!(error instanceof RunAlreadyOpen)) throw error;
    if (options.also !== true) throw alreadyOpen(name, error.workflowId);
    return client.startPush(subject, { input, at: session.now });
  });
  await recordOperatorAction(database, {
    who: session.who,
    action: request.action,
    subject: name,
    ...(options.reason !== undefined && { reason: options.reason }),
    // What `log` finds the start by (find-start-action.ts).
    details: { ...started, ...input },
  });
  return options.wait === true ? await waitForEnd(session, started, name) : toStartedAnswer(name, started);
}

/** A run of which nothing is known yet but that Temporal has it. */
export function toStartedAnswer(name: string, started: StartedRun): Answer {
  return {
    document: { started: true, schedule: name, ...started },
    lines: [`Started ${started.workflowId}`, `Follow it: tixngo log ${started.workflowId} --follow`],
  };
}

/** Shows progress until the run has ended, then what came of it. */
export async function waitForEnd(session: Session, run: StartedRun, label: string): Promise<Answer> {
  const client = await session.client();
  const database = await session.database();
  let number: number | undefined;
  const listenNoMore = tellAtInterrupt(() => tellGoesOn(label, { ...run, number }));
  const ended = client.wait(run).catch((error: unknown) => {
    throw tellKept(error, label, { ...run, number });
  });
  const end = await followUntil(ended, openFollower(session.screen, label), {
    ask: async () => {
      // For Ctrl-C, which cannot wait for an answer: `stop` takes a run by its number only.
      number ??= (await findExecution(database, run).catch(() => undefined))?.run;
      // A run without a worker, or one that just ended, answers no query; its end comes by itself.
      return await client.progress(run.workflowId).catch(() => undefined);
    },
    readEnd: () => readEnd(database, run),
    // A database that does not answer for a moment ends no waiting, and says of nothing that it is gone: the next look asks again.
    listHolds: () => listHolds(database, run).catch(() => undefined),
  }).finally(listenNoMore);
  const execution = (await findExecution(database, run)) ?? (await findOfTick(database, end));
  if (execution === undefined) return toRowlessAnswer(label, run, end);
  const good = end.completed && execution.outcome !== 'ERROR' && !isRefused(execution);
  const facts = await readRun(database, execution);
  return { document: toRunDocument(facts), lines: describeExecution(session, facts), exitCode: good ? 0 : 1 };
}

interface WaitedRun {
  readonly workflowId: string;
  /** Known once a worker has planned it. */
  readonly number: number | undefined;
}

/** Ctrl-C ends the waiting alone. */
function tellGoesOn(label: string, run: WaitedRun): string {
  const stop = run.number?.toString() ?? 'RUN, by the number that tixngo status shows once a worker has planned it';
  return `the run of ${label} goes on. ${tellFollow(run)}. Stop it: tixngo stop ${stop}`;
}

function tellFollow({ workflowId, number }: WaitedRun): string {
  return `Follow it: tixngo log ${number?.toString() ?? workflowId} --follow`;
}

/** A server that goes away ends the waiting alone, too: what it says of itself, and what becomes of the run. */
function tellKept(error: unknown, label: string, run: WaitedRun): unknown {
  const failure = toFailure(error);
  if (failure?.exitCode !== 3) return error;
  const kept = `The run of ${label} is kept, and goes on when the servers are back. ${tellFollow(run)}`;
  return new CommandFailure(3, `${failure.message.replace(/\.?$/, '.')} ${kept}`, { cause: error });
}

/** What ended without a row of its own, as a tick does that met a run of its account. */
export function toRowlessAnswer(label: string, run: StartedRun, end: RunEnd): Answer {
  const { outcome, message } = (end.completed ? end.retrieved : undefined) ?? {
    outcome: 'ERROR',
    message: end.completed ? 'The run ended without a row of its own' : end.message,
  };
  const document = { schedule: label, ...run, outcome, message };
  return { document, lines: [`${label} ${outcome}: ${message}`], exitCode: 1 };
}

/** The run that a tick of retrieve-status started and waited for: its report names it. */
export async function findOfTick(database: Database, end: RunEnd): Promise<ExecutionRow | undefined> {
  const report = end.completed ? end.retrieved : undefined;
  // SKIPPED names the run that was there already, which is another one's.
  if (report?.execution === undefined || report.outcome === 'SKIPPED') return undefined;
  return await findExecution(database, { run: report.execution });
}

/** Another run held the account that this one was to read: what was asked for was not done. */
function isRefused({ function: stem, outcome }: ExecutionRow): boolean {
  return stem === 'retrieve-status' && outcome === 'SKIPPED';
}

/** What became of the tickets or records of a run that has ended, by its rows. */
async function readEnd(database: Database, run: StartedRun): Promise<RunProgress | undefined> {
  const execution = await findExecution(database, run);
  if (execution === undefined) return undefined;
  if (execution.retrieved !== null) return execution.retrieved;
  const counts = await countOutcomes(database, execution.run);
  const sum = (outcome: string): number =>
    counts.filter((row) => row.outcome === outcome).reduce((total, { tickets }) => total + tickets, 0);
  return {
    planned: execution.planned,
    delivered: sum('DELIVERED'),
    refused: sum('REFUSED'),
    skipped: sum('SKIPPED'),
    simulated: sum('SIMULATED'),
    unknown: sum('UNKNOWN'),
    notTried: sum('NOT_TRIED'),
  };
}

function alreadyOpen(name: string, workflowId: string): CommandFailure {
  const message = `${name} runs already. Wait for it (tixngo log ${workflowId} --follow), or start another one beside it with --also.`;
  return new CommandFailure(1, message);
}
