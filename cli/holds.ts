import type { StartedRun } from '../client/runs';
import type { Database } from '../db/database';
import { findExecution, type ExecutionRow } from '../db/queries/operations/find-execution';
import { listLiveWorkers } from '../db/queries/operations/list-live-workers';
import { listOperatorActions } from '../db/queries/operations/list-operator-actions';
import { listSchedules } from '../db/queries/operations/list-schedules';
import { describeAction } from './output/operators';
import type { Session } from './session';

/** What keeps a run from going on: what it is, who did it and why, and the command that ends it. Empty while the run goes on by itself. */
export async function listHolds({ database: open }: Session, run: StartedRun): Promise<readonly string[]> {
  const database = await open();
  const [execution, workers] = await Promise.all([findExecution(database, run), listLiveWorkers(database)]);
  if (execution !== undefined && execution.closedAtMs !== null) return [];
  return [
    // One that is not planned yet waits for a worker alone: a paused interface keeps no run from being planned.
    ...(execution === undefined ? [] : await listPauses(database, execution)),
    ...(workers.length > 0 ? [] : ['no worker runs. One starts with: tixngo worker']),
  ];
}

async function listPauses(database: Database, execution: ExecutionRow): Promise<readonly string[]> {
  const { run, scheduleId, simulation, timeZone } = execution;
  const schedule = (await listSchedules(database)).find(({ id }) => id === scheduleId);
  // A simulation makes no call; a read-back ends when its interface is paused.
  const calls = schedule !== undefined && !simulation ? schedule : undefined;
  const held = [
    ...(execution.paused ? [[`run ${String(run)}`, String(run)] as const] : []),
    ...(calls?.interfacePaused === true && execution.function !== 'retrieve-status'
      ? [[`interface ${calls.interface}`, `--interface ${calls.interface}`] as const]
      : []),
    ...(calls?.organizerPaused === true
      ? [[`organizer ${calls.organizer}`, `--organizer ${calls.organizer}`] as const]
      : []),
  ];
  const actions = await listOperatorActions(
    database,
    held.map(([subject]) => subject),
  );
  return held.map(([subject, words]) => {
    const last = actions.findLast((action) => action.subject === subject);
    const what = last?.action === 'pause' ? describeAction(last, timeZone) : `${subject} is paused`;
    return `${what}. It goes on after: tixngo resume ${words}`;
  });
}
