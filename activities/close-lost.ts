import { log } from '@temporalio/activity';
import { lockForClose } from '../db/queries/push/close-execution';
import { findOpenExecutions, freeLeftClaims, type OpenExecutionRow } from '../db/queries/push/lost-executions';
import { inTransaction } from '../db/transaction';
import { describeForLog, isDatabaseAway } from './failures';
import { closeInTransaction } from './push/close-in-transaction';
import { findDefinition } from './push/definitions';
import { closeLostRetrieve } from './retrieve-status/close';
import type { World } from './world';

/** Numbers of executions: those that were closed, and those whose close met a bug, which the log describes. */
export interface ClosedLost {
  readonly closed: readonly number[];
  readonly failed: readonly number[];
}

/** An execution of another namespace cannot be asked about here: without a sign of life for so long it counts as lost. */
const silentInOtherNamespaceSeconds = 3_600;

type Asking = Pick<World, 'database' | 'describeRun' | 'namespace'>;

/** Open executions, some of which may be lost, and whether claims of such a one may be left. */
export interface PerhapsLost {
  readonly open: readonly OpenExecutionRow[];
  readonly claimsLeft: boolean;
  /** The account they belong to; undefined: all accounts. */
  readonly organizer: string | undefined;
}

/** Closes the lost executions of all accounts. */
export async function closeLostExecutions(world: Asking): Promise<ClosedLost> {
  const open = await findOpenExecutions(world.database);
  return closeLostAmong(world, { open, claimsLeft: true, organizer: undefined });
}

/**
 * Closes executions whose workflow is gone: terminated, timed out, or lost with its Temporal server (reliability.md F37). Their unanswered
 * calls end UNKNOWN and the rest NOT_TRIED, with a mail. One that cannot be closed keeps no other from it, nor a run from planning.
 */
export async function closeLostAmong(world: Asking, { open, claimsLeft, organizer }: PerhapsLost): Promise<ClosedLost> {
  const checked = await Promise.all(open.map(async (row) => ((await isLost(world, row)) ? [row] : [])));
  const closed: number[] = [];
  const failed: number[] = [];
  for (const row of checked.flat()) {
    try {
      if (await closeLost(world, row)) closed.push(row.execution);
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      log.error('A lost execution cannot be closed', { execution: row.execution, ...describeForLog(error) });
      failed.push(row.execution);
    }
  }
  if (claimsLeft || closed.length > 0) await freeLeftClaims(world.database, organizer);
  return { closed, failed };
}

async function isLost(world: Pick<Asking, 'describeRun' | 'namespace'>, row: OpenExecutionRow): Promise<boolean> {
  if (row.namespace !== world.namespace) return row.silentForSeconds > silentInOtherNamespaceSeconds;
  const run = await world.describeRun(row.workflowId);
  return run.state !== 'open' || run.firstRunId !== row.firstRunId;
}

function closeLost(world: Pick<Asking, 'database'>, row: OpenExecutionRow): Promise<boolean> {
  return inTransaction(world.database, async (transaction) => {
    if (row.function === 'retrieve-status') return await closeLostRetrieve(transaction, row);
    const closing = await lockForClose(transaction, row);
    if (closing === undefined || closing.closed) return false;
    await closeInTransaction(transaction, {
      execution: row.execution,
      definition: findDefinition(row.function),
      closing,
      ending: 'failed',
      endingReason: 'its workflow was terminated, timed out or lost',
    });
    return true;
  });
}
