import { findExecution, type ExecutionRow } from '../db/queries/operations/find-execution';
import { listNearExecutions } from '../db/queries/operations/list-near-executions';
import type { OutcomeCountRow } from '../db/queries/operations/count-outcomes';
import { listRunPutAside, type RunPutAside } from '../db/queries/operations/list-run-put-aside';
import { listStandingRefused } from '../db/queries/operations/list-standing-refused';
import { listOutcomes, type OutcomeRow } from '../db/queries/operations/list-outcomes';
import type { StartedRun } from '../client/runs';
import type { Answer } from './answer';
import type { CommonOptions } from './command';
import { notFound, wrongUsage } from './failure';
import { findRun, parseRun, toNearRun } from './find';
import { toRunPutAsideDocument, toRunPutAsideLines } from './output/put-aside';
import { findRowless } from './rowless';
import { describeExecution, readRun, toRunDocument } from './output/run';
import { parseLimit, toShownLine, toStandingDocument, toStandingLines, type Standing } from './output/standing';
import { paintOutcome, ticketOutcomes } from './output/screen';
import { toTable } from './output/table';
import { toTime } from './output/times';
import { findRunSelections } from './selection';
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
    if (run !== undefined) return await waitForEnd(session, run, await nameRun(session, run));
  }
  const execution = await findLogged(session, text);
  if ('lines' in execution) return execution;
  if (execution.function === 'retrieve-status') return await showRetrieveLog(session, execution, options);
  const database = await session.database();
  const [facts, tickets, standing] = [
    await readRun(database, execution),
    await listOutcomes(database, { run: execution.run, ...filter }),
    await readStanding(session, execution, filter),
  ];
  const total = Math.max(tickets.length, countListed(facts.counts, filter.outcome));
  return {
    document: {
      ...toRunDocument(facts),
      shown: tickets.length,
      total,
      tickets: tickets.map((row) => toTicket(row, execution.timeZone)),
      standing: toStandingDocument(standing, execution.timeZone),
    },
    lines: [
      ...describeExecution(session, facts),
      ...toTicketLines(session, tickets, total),
      ...toStandingLines(session.screen, { ...standing, runs: 'other runs' }),
    ],
    exitCode: options.follow === true && execution.outcome === 'ERROR' ? 1 : 0,
  };
}

/** A run that read records back: its counts, and the records that it put aside. */
async function showRetrieveLog(session: Session, execution: ExecutionRow, options: LogOptions): Promise<Answer> {
  if (options.outcome !== undefined) {
    throw wrongUsage(`Run ${String(execution.run)} is of retrieve-status: it has records and no outcomes of tickets`);
  }
  const database = await session.database();
  const facts = await readRun(database, execution);
  const putAside: RunPutAside = await listRunPutAside(database, {
    run: execution.run,
    limit: parseLimit(options.limit),
  });
  return {
    document: { ...toRunDocument(facts), putAside: toRunPutAsideDocument(putAside, execution.timeZone) },
    lines: [...describeExecution(session, facts), ...toRunPutAsideLines(session.screen, putAside)],
    exitCode: options.follow === true && execution.outcome === 'ERROR' ? 1 : 0,
  };
}

/** Tickets that earlier runs refused, as they stand now; read only for a run that told of some, and where no other outcome was asked for. */
async function readStanding(session: Session, execution: ExecutionRow, filter: Filter): Promise<Standing> {
  const wanted = execution.standingRefused > 0 && (filter.outcome ?? 'REFUSED') === 'REFUSED';
  const database = await session.database();
  const { run } = execution;
  const selection = (await findRunSelections(database, wanted ? [run] : [])).get(run);
  if (selection === undefined) return { total: 0, tickets: [] };
  return await listStandingRefused(database, { selection, execution: run, limit: filter.limit });
}

/** Tickets that the list would have without its limit. */
function countListed(counts: readonly OutcomeCountRow[], outcome: string | undefined): number {
  return counts
    .filter((row) => (outcome === undefined ? row.outcome !== 'DELIVERED' : row.outcome === outcome))
    .reduce((sum, { tickets }) => sum + tickets, 0);
}

function toTicketLines({ screen }: Session, rows: readonly OutcomeRow[], total: number): readonly string[] {
  if (rows.length === 0) return [];
  const cells = rows.map((row) => [
    row.ticketNumber,
    `id:${row.ticketId}`,
    paintOutcome(screen, row.outcome),
    [row.code, row.field].filter((part) => part !== null).join(' '),
    row.message ?? '',
  ]);
  const table = toTable(screen, ['ticket', 'id', 'outcome', 'code and field', 'message'], cells);
  return ['', table, ...toShownLine(rows.length, total)];
}

/** The open run to follow; undefined when it has ended already. */
async function findFollowed(session: Session, text: string) {
  const workflowId = parseRun(text) === undefined ? text : (await findRun(session, text)).workflowId;
  return await findOpenRun(session, workflowId);
}

/** As `run --wait` names it; one that is not planned yet by its workflow id. */
async function nameRun(session: Session, run: StartedRun): Promise<string> {
  const execution = await findExecution(await session.database(), run);
  return execution === undefined ? run.workflowId : `${execution.interface}/${execution.schedule}`;
}

async function findOpenRun(session: Session, workflowId: string): Promise<StartedRun | undefined> {
  const { state, firstRunId } = await (await session.client()).describe(workflowId);
  return state === 'open' && firstRunId !== undefined ? { workflowId, firstRunId } : undefined;
}

/** By number, or by workflow id, which may be any text: one that was typed in the Temporal UI has no shape. */
async function findLogged(session: Session, text: string): Promise<ExecutionRow | Answer> {
  if (parseRun(text) !== undefined) return await findRun(session, text);
  const database = await session.database();
  const found = await findExecution(database, { workflowId: text });
  const rowless = found ?? (await findRowless(session, text));
  if (rowless !== undefined) return rowless;
  throw notFound(
    `There is no run ${text}. A run is its number, or its workflow id`,
    (await listNearExecutions(database, Number.MAX_SAFE_INTEGER)).map(toNearRun),
  );
}

interface Filter {
  readonly limit: number;
  readonly outcome?: string;
}

function parseFilter({ outcome, limit }: LogOptions): Filter {
  const wanted = outcome?.toUpperCase();
  if (wanted !== undefined && !ticketOutcomes.includes(wanted)) {
    throw wrongUsage(`--outcome ${outcome ?? ''} is none. Allowed: ${ticketOutcomes.join(', ')}`);
  }
  return { limit: parseLimit(limit), ...(wanted !== undefined && { outcome: wanted }) };
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
