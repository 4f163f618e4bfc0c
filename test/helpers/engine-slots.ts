import type { HeldSlot } from '../../db/queries/push/announce';
import type { ExecutionIdentity } from '../../db/queries/push/identity';
import { takeSlot, type SlotAnswer } from '../../db/queries/push/take-slot';
import type { EngineRun } from './engine-run';
import type { Engine } from './engine-world';

export function identityOf(run: EngineRun): ExecutionIdentity {
  return {
    execution: run.execution(),
    namespace: 'default',
    workflowId: run.workflowId,
    firstRunId: run.firstRunId,
  };
}

/** What a range of the run is told that asks once for a slot. */
export function askSlot(engine: Engine, run: EngineRun, range: number): Promise<SlotAnswer> {
  const worker = engine.worker.session.id() ?? '';
  return takeSlot(engine.database.pool, { identity: identityOf(run), range, worker, leaseSeconds: 45 });
}

/** The slot that it gets, if any. */
export async function takeSlotFor(engine: Engine, run: EngineRun, range: number): Promise<HeldSlot | undefined> {
  const answer = await askSlot(engine, run, range);
  return answer.kind === 'taken' ? answer.slot : undefined;
}
