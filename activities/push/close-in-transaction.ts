import type { Kysely } from 'kysely';
import type { RunEnding } from '../../core/push/report';
import { type ClosingExecution, freeClaims, takeSlotsAway, writeClose } from '../../db/queries/push/close-execution';
import { findLastRun, writeMail } from '../../db/queries/push/notice';
import { settleRest } from '../../db/queries/push/settle-rest';
import { countStandingRefused } from '../../db/queries/push/standing-refused';
import type { ExecutionReport } from '../../workflows/contract';
import { endings } from '../execution/endings';
import { composeMail } from '../execution/mail';
import type { PushDefinition } from './definition';
import { buildReport, type SignedReport, toMailed } from './report';
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
  /** Undefined for a run of a function that this version does not have: then nobody can say which refused tickets are still due. */
  readonly definition: PushDefinition | undefined;
  readonly closing: ClosingExecution;
  readonly ending: RunEnding;
  readonly endingReason: string | null;
}

/** Why it ends, by what is on record: what a range found out, else what was written there before this close began. */
export function decideEnding({ ending, endingReason }: ClosingExecution): Pick<CloseInput, 'ending' | 'endingReason'> {
  return ending === null ? { ending: 'done', endingReason: null } : { ending: endings.parse(ending), endingReason };
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
  const standingRefused = await countStanding(transaction, input);
  const report = await buildReport(transaction, { ...input, standingRefused });
  if (!closing.simulation) await notify(transaction, { ...input, report });
  const { endingReason } = input;
  await writeClose(transaction, { execution, ending, endingReason, outcome: report.outcome, report });
  return report;
}

async function countStanding(transaction: Kysely<unknown>, input: CloseInput): Promise<number> {
  const { execution, definition, closing } = input;
  if (closing.simulation || definition === undefined) return 0;
  const { organizationId, scheduleId } = closing;
  const settings = readRunSettings(closing.settings);
  const { skip } = readRunOverrides(closing.overrides);
  const selection = definition.select({ organizationId, scheduleId, settings, skip });
  return await countStandingRefused(transaction, { selection, execution });
}

async function notify(
  transaction: Kysely<unknown>,
  input: CloseInput & { readonly report: SignedReport },
): Promise<void> {
  const { execution, closing, report } = input;
  const { scheduleId, interfaceId } = closing;
  if (report.outcome === 'SKIPPED') return;
  const before = await findLastRun(transaction, { scheduleId, execution });
  const mail = composeMail(toMailed(report), { ...closing, before });
  if (mail !== undefined) await writeMail(transaction, { ...mail, interfaceId, execution });
}
