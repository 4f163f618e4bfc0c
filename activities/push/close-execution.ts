import { joinBatches } from '../../core/push/ranges';
import { type ClosingExecution, lockForClose } from '../../db/queries/push/close-execution';
import { openBatches } from '../../db/queries/push/open-batches';
import { setEnding } from '../../db/queries/push/set-ending';
import { tallyOutcomes } from '../../db/queries/push/tally';
import { inTransaction } from '../../db/transaction';
import type { CloseExecutionInput, CloseExecutionResult } from '../../workflows/contract';
import { withHeartbeat } from '../execution/heartbeat';
import { identify } from '../execution/identify';
import { olderDatabase } from '../failures';
import type { World } from '../world';
import { closeInTransaction, decideEnding } from './close-in-transaction';
import type { PushDefinition } from './definition';
import { readReport } from './report';

/** Batches of a range that is sent again after the close found it open. */
const longestRange = 50;

/** Closes an execution, or names the ranges that still have open rows. Repeating it gives the same report: the first close stands. */
export function closeExecution(
  world: World,
  definition: PushDefinition,
  input: CloseExecutionInput,
): Promise<CloseExecutionResult> {
  const identity = identify(input);
  return withHeartbeat(async () => {
    // An attempt whose worker Temporal lost may still work when all ranges of the workflow have ended.
    if (input.ending !== 'done') await setEnding(world.database, identity, input);
    return await inTransaction(world.database, async (transaction) => {
      const closing = await lockForClose(transaction, identity);
      requireKnown(closing, input);
      if (closing.closed) return { open: [], report: readReport(closing.report) };
      const decided = decideEnding(closing);
      if (decided.ending === 'done') {
        const open = await openBatches(transaction, identity.execution);
        if (open.length > 0) {
          const settled = await tallyOutcomes(transaction, identity.execution, { without: open });
          return { open: joinBatches(open, longestRange), settled };
        }
      }
      const { execution } = input;
      const report = await closeInTransaction(transaction, {
        execution,
        definition,
        closing,
        ...decided,
      });
      return { open: [], report };
    });
  });
}

function requireKnown(
  closing: ClosingExecution | undefined,
  input: CloseExecutionInput,
): asserts closing is ClosingExecution {
  if (closing === undefined) throw olderDatabase(input.execution);
  if (closing.slices < input.known.slices || closing.rangesFinished < input.known.ranges) {
    throw olderDatabase(input.execution);
  }
}
