import { toRetrieveId } from '../client/retrieve-id';
import type { SystemClient } from '../client/system-client';
import type { Database } from '../db/database';
import { listOpenExecutions } from '../db/queries/operations/list-open-executions';
import { listPlanned, type WorkflowRun } from '../db/queries/operations/list-planned';
import type { ScheduleRow } from '../db/queries/operations/list-schedules';

/** A run that Temporal has started and no worker has planned yet: it has no number. */
export interface UnplannedRun {
  readonly workflowId: string;
  readonly startedAt: Date;
}

/** The runs that are started and not planned, in the order of their start. */
export async function listUnplanned(client: SystemClient, database: Database): Promise<readonly UnplannedRun[]> {
  const running = await client.listRunning();
  const open = new Set((await listOpenExecutions(database, client.namespace)).map(({ workflowId }) => workflowId));
  const candidates = running.filter(({ workflowId }) => !open.has(workflowId));
  if (candidates.length === 0) return [];
  // Temporal's list lags its truth by moments: a run that just ended is still in it.
  const described = await Promise.all(
    candidates.map(async (run): Promise<readonly (UnplannedRun & WorkflowRun)[]> => {
      const { state, firstRunId } = await client.describe(run.workflowId);
      return state === 'open' && firstRunId !== undefined ? [{ ...run, firstRunId }] : [];
    }),
  );
  const started = described.flat();
  const planned = new Set((await listPlanned(database, client.namespace, started)).map(({ firstRunId }) => firstRunId));
  return started
    .filter(({ firstRunId }) => !planned.has(firstRunId))
    .map(({ workflowId, startedAt }) => ({ workflowId, startedAt }))
    .sort((left, right) => left.startedAt.getTime() - right.startedAt.getTime());
}

/**
 * Whether a workflow id is one of this schedule's: `function/interface/schedule-` and a time, or the one id of the account that it reads. One typed
 * in the Temporal UI may be anything.
 */
export function isRunOf(schedule: ScheduleRow, workflowId: string): boolean {
  if (schedule.function === 'retrieve-status') return workflowId === toRetrieveId(schedule.organizer);
  const prefix = `${schedule.function}/${schedule.interface}/${schedule.name}-`;
  return workflowId.startsWith(prefix) && /^\d{4}-\d\d-\d\dT/.test(workflowId.slice(prefix.length));
}
