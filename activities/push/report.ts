import type { Kysely } from 'kysely';
import { z } from 'zod';
import { describeRun, judgeRun, type RefusalTally, type RunEnding, type RunSummary } from '../../core/push/report';
import type { ClosingExecution } from '../../db/queries/push/close-execution';
import { type OutcomeTally, tallyOutcomes, tallyRefusals } from '../../db/queries/push/tally';
import type { ExecutionReport } from '../../workflows/contract';
import type { MailedReport } from '../execution/mail';
import { readRunOverrides } from './settings';

export interface SignedReport extends ExecutionReport {
  readonly standingRefused: number;
  /** Names the reasons of a failure without naming a ticket: equal signatures are no news. */
  readonly signature: string;
  /** The outcome at the close, when a delivery that was learnt later changed it: mails went by that one. */
  readonly closedAs?: string;
}

export interface ReportInput {
  readonly execution: number;
  readonly closing: Pick<ClosingExecution, 'planned' | 'overrides'>;
  readonly ending: RunEnding;
  readonly endingReason: string | null;
  /** Tickets REFUSED in earlier runs and still due when the run was closed. */
  readonly standingRefused: number;
}

/** The report of an execution, counted from its rows (reliability.md P5). */
export async function buildReport(transaction: Kysely<unknown>, input: ReportInput): Promise<SignedReport> {
  const { execution } = input;
  const outcomes = await tallyOutcomes(transaction, execution);
  const refusals = outcomes.refused > 0 ? await tallyRefusals(transaction, execution) : [];
  return composeReport(input, { outcomes, refusals });
}

/** What the rows of an execution hold. */
export interface Counted {
  readonly outcomes: OutcomeTally;
  readonly refusals: readonly RefusalTally[];
}

/** The report of an execution whose rows are counted. */
export function composeReport(input: ReportInput, { outcomes, refusals }: Counted): SignedReport {
  const { execution, closing, ending, endingReason, standingRefused } = input;
  const { unknownForced, skipListed, skip } = readRunOverrides(closing.overrides);
  const tally = { planned: closing.planned, ...outcomes, standingRefused, unknownForced, skipListed };
  const summary: RunSummary = {
    execution,
    tally,
    ending,
    refusals,
    toSkip: skip.length,
    ...(endingReason === null ? {} : { endingReason }),
  };
  const codes = refusals.map(({ code }) => code).sort();
  // What a run leaves open when something ended it follows from where its calls stood: the reason is the ending alone.
  const isEnded = ending !== 'done';
  const kinds = [
    outcomes.unknown > 0 && !isEnded ? 'unknown' : '',
    outcomes.notTried > 0 && !isEnded ? 'not tried' : '',
    standingRefused + outcomes.refused > 0 ? 'refused' : '',
  ];
  return {
    execution,
    outcome: judgeRun(tally, ending),
    ending,
    message: describeRun(summary),
    refusals,
    ...tally,
    signature: [ending, ...kinds, ...new Set(codes)].filter((part) => part !== '').join('|'),
  };
}

/** What a mail tells of it. */
export function toMailed(report: SignedReport): MailedReport {
  return { ...report, bad: report.refused + report.unknown + report.notTried };
}

const report = z.custom<SignedReport>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    'outcome' in value &&
    'message' in value &&
    'standingRefused' in value,
);

/** A report as it was stored when the execution was closed. */
export function readReport(stored: unknown): SignedReport {
  return report.parse(stored);
}
