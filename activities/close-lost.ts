import { log } from '@temporalio/activity';
import { lockForClose } from '../db/queries/push/close-execution';
import { findOpenExecutions, freeLeftClaims, type OpenExecutionRow } from '../db/queries/push/lost-executions';
import { setEnding } from '../db/queries/push/set-ending';
import { inTransaction } from '../db/transaction';
import type { LostRunAsker } from '../workflows/contract';
import { describeForLog, isDatabaseAway } from './failures';
import { closeInTransaction, decideEnding } from './push/close-in-transaction';
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

/** A worker that starts with the address of another Temporal server knows no run of this database: what gave a sign in so long may be alive there. */
const silentForWorkerSeconds = 60;

type Asking = Pick<World, 'database' | 'describeRun' | 'namespace'>;

/** Open executions, some of which may be lost, and whether claims of such a one may be left. */
export interface PerhapsLost {
  readonly open: readonly OpenExecutionRow[];
  readonly claimsLeft: boolean;
  /** The account they belong to; undefined: all accounts. */
  readonly organizer: string | undefined;
  /** For how many seconds a run must have given no sign of life to be lost when Temporal knows nothing of it; 0 unless given. */
  readonly unknownAfterSeconds?: number;
}

/**
 * Closes the lost executions of all accounts. Operators ask when they have seen one. A worker asks whenever it starts, perhaps with a wrong
 * address: those of its own namespace only, and one that its Temporal does not know only when it has been silent for a minute.
 */
export async function closeLostExecutions(world: Asking, asker: LostRunAsker): Promise<ClosedLost> {
  const all = { open: await findOpenExecutions(world.database), claimsLeft: true, organizer: undefined };
  if (asker === 'operator') return await closeLostAmong(world, all);
  const open = all.open.filter(({ namespace }) => namespace === world.namespace);
  return await closeLostAmong(world, { ...all, open, unknownAfterSeconds: silentForWorkerSeconds });
}

/**
 * Closes executions whose workflow is gone: terminated, timed out, or lost with its Temporal server (reliability.md F37). Their unanswered
 * calls end UNKNOWN and the rest NOT_TRIED, with a mail. One that cannot be closed keeps no other from it, nor a run from planning.
 */
export async function closeLostAmong(world: Asking, lost: PerhapsLost): Promise<ClosedLost> {
  const { open, claimsLeft, organizer, unknownAfterSeconds = 0 } = lost;
  const checked = await Promise.all(
    open.map(async (row) => ((await isLost(world, { row, unknownAfterSeconds })) ? [row] : [])),
  );
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

async function isLost(
  world: Pick<Asking, 'describeRun' | 'namespace'>,
  { row, unknownAfterSeconds }: { readonly row: OpenExecutionRow; readonly unknownAfterSeconds: number },
): Promise<boolean> {
  if (row.namespace !== world.namespace) return row.silentForSeconds > silentInOtherNamespaceSeconds;
  const run = await world.describeRun(row.workflowId);
  // A server that does not tell the first run: the id alone decides.
  const isThisRun = run.state !== 'unknown' && (run.firstRunId ?? row.firstRunId) === row.firstRunId;
  return isThisRun ? run.state === 'closed' : row.silentForSeconds >= unknownAfterSeconds;
}

async function closeLost(world: Pick<Asking, 'database'>, row: OpenExecutionRow): Promise<boolean> {
  const { database } = world;
  const lost = { ending: 'failed', reason: 'its workflow was terminated, timed out or lost' } as const;
  if (row.function === 'retrieve-status') {
    return await inTransaction(database, (transaction) => closeLostRetrieve(transaction, row, lost));
  }
  await setEnding(database, row, lost);
  return await inTransaction(database, async (transaction) => {
    const closing = await lockForClose(transaction, row);
    if (closing === undefined || closing.closed) return false;
    await closeInTransaction(transaction, {
      execution: row.execution,
      definition: findDefinition(row.function),
      closing,
      ...decideEnding(closing),
    });
    return true;
  });
}
