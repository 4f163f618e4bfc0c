import { findExecution, type ExecutionRow } from '../db/queries/operations/find-execution';
import { listNearExecutions } from '../db/queries/operations/list-near-executions';
import { listOutcomes, type OutcomeRow } from '../db/queries/operations/list-outcomes';
import type { StartedRun } from '../client/runs';
import type { Answer } from './answer';
import type { CommonOptions } from './command';
import { notFound, wrongUsage } from './failure';
import { findRun, parseRun, toNearRun } from './find';
import { describeExecution, toRunDocument } from './output/run';
import { paintOutcome, ticketOutcomes } from './output/screen';
import { toTable } from './output/table';
import { toTime } from './output/times';
import type { Session } from './session';
import { waitForEnd } from './start';

export interface LogOptions extends CommonOptions {
  readonly outcome?: string;
  readonly limit: string;
  readonly follow?: true;
}

/** A run with its counts and tickets; with `--follow` its progress first. */
export async function showLog(session: Session, text: string, options: LogOptions): Promise<Answer> {
  const filter = parseFilter(options);
  if (options.follow === true) {
    const run = await findFollowed(session, text);
    if (run !== undefined) return await waitForEnd(session, run, run.workflowId);
  }
  const execution = await findLogged(session, text);
  const database = await session.database();
  const rows = await listOutcomes(database, { run: execution.run, ...filter });
  const tickets = rows.map((row) => toTicket(row, execution.timeZone));
  const cells = rows.map((row) => [
    row.ticketNumber,
    `id:${row.ticketId}`,
    paintOutcome(session.screen, row.outcome),
    [row.code, row.field].filter((part) => part !== null).join(' '),
    row.message ?? '',
  ]);
  const table = toTable(session.screen, ['ticket', 'id', 'outcome', 'code and field', 'message'], cells);
  return {
    document: { ...(await toRunDocument(database, execution)), tickets },
    lines: [...(await describeExecution(session, execution)), ...(rows.length > 0 ? ['', table] : [])],
    exitCode: options.follow === true && execution.outcome === 'ERROR' ? 1 : 0,
  };
}

/** The open run to follow; undefined when it has ended already. */
async function findFollowed(session: Session, text: string) {
  const workflowId = parseRun(text) === undefined ? text : (await findRun(session, text)).workflowId;
  return await findOpenRun(session, workflowId);
}

async function findOpenRun(session: Session, workflowId: string): Promise<StartedRun | undefined> {
  const { state, firstRunId } = await (await session.client()).describe(workflowId);
  return state === 'open' && firstRunId !== undefined ? { workflowId, firstRunId } : undefined;
}

/** By number, or by workflow id, which may be any text: one that was typed in the Temporal UI has no shape. */
async function findLogged(session: Session, text: string): Promise<ExecutionRow> {
  if (parseRun(text) !== undefined) return await findRun(session, text);
  const database = await session.database();
  const found = await findExecution(database, { workflowId: text });
  if (found !== undefined) return found;
  if ((await findOpenRun(session, text)) !== undefined) {
    throw notFound(`The run ${text} is started, and no worker has planned it yet. tixngo doctor says whether one runs`);
  }
  throw notFound(
    `There is no run ${text}. A run is its number, or its workflow id`,
    (await listNearExecutions(database, Number.MAX_SAFE_INTEGER)).map(toNearRun),
  );
}

function parseFilter({ outcome, limit }: LogOptions) {
  const wanted = outcome?.toUpperCase();
  if (wanted !== undefined && !ticketOutcomes.includes(wanted)) {
    throw wrongUsage(`--outcome ${outcome ?? ''} is none. Allowed: ${ticketOutcomes.join(', ')}`);
  }
  const most = /^\d{1,7}$/.test(limit) ? Number(limit) : 0;
  if (most < 1) throw wrongUsage(`--limit ${limit} is no whole number from 1 to 9999999`);
  return { limit: most, ...(wanted !== undefined && { outcome: wanted }) };
}

function toTicket(row: OutcomeRow, timeZone: string): object {
  const { ticketNumber, ticketId, position, outcome, code, field, message, recordedAtMs } = row;
  return {
    ticketNumber,
    ticketId,
    position,
    outcome,
    code,
    field,
    message,
    recordedAt: toTime(recordedAtMs, timeZone),
  };
}
