import type { Kysely } from 'kysely';
import { describeRun, judgeRun, type RunEnding, type RunSummary } from '../../core/push/report';
import { decideNotice, noticeSubject } from '../../core/push/notice';
import { type ClosingExecution, freeClaims, takeSlotsAway, writeClose } from '../../db/queries/push/close-execution';
import { findLastRun, writeMail } from '../../db/queries/push/notice';
import { settleRest } from '../../db/queries/push/settle-rest';
import { countStandingRefused } from '../../db/queries/push/standing-refused';
import { tallyOutcomes, tallyRefusals } from '../../db/queries/push/tally';
import type { ExecutionReport } from '../../workflows/contract';
import type { PushDefinition } from './definition';
import { readRunOverrides, readRunSettings } from './settings';

/** Codes of tickets that a run left untried, by why it ended. */
const notTriedCodes: Readonly<Record<RunEnding, string>> = {
  done: 'NOT_TRIED',
  operator: 'STOPPED',
  'kill ratio': 'KILL_RATIO',
  outage: 'OUTAGE',
  'all refused': 'ALL_REFUSED',
  failed: 'FAILED',
};

export interface CloseInput {
  readonly execution: number;
  readonly definition: PushDefinition;
  readonly closing: ClosingExecution;
  readonly ending: RunEnding;
  readonly endingReason: string | null;
}

/** Closes a locked execution: settles what is open, frees slots and claims, counts from rows, writes report and mail. */
export async function closeInTransaction(transaction: Kysely<unknown>, input: CloseInput): Promise<ExecutionReport> {
  const { execution, closing, ending } = input;
  await takeSlotsAway(transaction, execution);
  if (ending !== 'done') {
    await settleRest(transaction, {
      execution,
      function: closing.function,
      simulation: closing.simulation,
      code: notTriedCodes[ending],
    });
  }
  await freeClaims(transaction, execution);
  const report = await writeReport(transaction, input);
  if (!closing.simulation) await notify(transaction, { ...input, report });
  const { endingReason } = input;
  await writeClose(transaction, { execution, ending, endingReason, outcome: report.outcome, report });
  return report;
}

interface SignedReport extends ExecutionReport {
  /** Names the reasons of a failure without naming a ticket: equal signatures are no news. */
  readonly signature: string;
}

async function writeReport(transaction: Kysely<unknown>, input: CloseInput): Promise<SignedReport> {
  const { execution, definition, closing, ending, endingReason } = input;
  const settings = readRunSettings(closing.settings);
  const overrides = readRunOverrides(closing.overrides);
  const { organizationId, scheduleId } = closing;
  const outcomes = await tallyOutcomes(transaction, execution);
  const refusals = outcomes.refused > 0 ? await tallyRefusals(transaction, execution) : [];
  const selection = definition.select({ organizationId, scheduleId, settings, skip: [] });
  const standingRefused = closing.simulation ? 0 : await countStandingRefused(transaction, { selection, execution });
  const tally = { planned: closing.planned, ...outcomes, standingRefused, unknownForced: overrides.unknownForced };
  const summary: RunSummary = {
    execution,
    tally,
    ending,
    refusals,
    ...(endingReason === null ? {} : { endingReason }),
  };
  const codes = refusals.map(({ code }) => code).sort();
  const kinds = [
    outcomes.unknown > 0 ? 'unknown' : '',
    outcomes.notTried > 0 ? 'not tried' : '',
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

async function notify(
  transaction: Kysely<unknown>,
  input: CloseInput & { readonly report: SignedReport },
): Promise<void> {
  const { execution, closing, report } = input;
  const { scheduleId, interfaceId } = closing;
  if (report.outcome === 'SKIPPED') return;
  const before = await findLastRun(transaction, { scheduleId, execution });
  const kind = decideNotice({ outcome: report.outcome, signature: report.signature }, before);
  if (kind === undefined) return;
  const bad = report.refused + report.unknown + report.notTried;
  await writeMail(transaction, {
    interfaceId,
    execution,
    kind,
    subject: noticeSubject({
      kind,
      function: closing.function,
      interface: closing.interfaceName,
      organization: closing.organization,
      bad,
      planned: report.planned,
    }),
    body: `${report.message}\n`,
  });
}
