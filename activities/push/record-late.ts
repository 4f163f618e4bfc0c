import { type AnnounceInput, recordDeliveries } from '../../db/queries/push/announce';
import { lockForClose, rewriteReport } from '../../db/queries/push/close-execution';
import type { Database } from '../../db/database';
import { inTransaction } from '../../db/transaction';
import { endings } from '../execution/endings';
import { buildReport, readReport } from './report';

/**
 * Records deliveries that an attempt without a slot learnt. If the execution is closed, its report is counted anew in the same transaction:
 * read at any time, it says what the rows say (reliability.md P5).
 */
export function recordLate(database: Database, input: AnnounceInput): Promise<void> {
  return inTransaction(database, async (transaction) => {
    const closing = await lockForClose(transaction, input.identity);
    await recordDeliveries(transaction, input);
    if (closing?.closed !== true) return;
    const { execution } = input.identity;
    const before = readReport(closing.report);
    const report = await buildReport(transaction, {
      execution,
      closing,
      ending: endings.parse(closing.ending),
      endingReason: closing.endingReason,
      standingRefused: before.standingRefused,
    });
    const { signature, closedAs = before.outcome } = before;
    await rewriteReport(transaction, {
      execution,
      outcome: report.outcome,
      report: { ...report, signature, closedAs },
    });
  });
}
