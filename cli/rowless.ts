import type { ExecutionRow } from '../db/queries/operations/find-execution';
import type { Answer } from './answer';
import { notFound } from './failure';
import type { Session } from './session';
import { findOfTick, toRowlessAnswer } from './start';

/** What the ids of a schedule's starts end with. */
const mark = /-\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/**
 * A workflow id without a row: a start of a retrieve-status schedule that met a run of its account (SKIPPED) or waited for its own, or a run that
 * failed before it was planned. Temporal alone knows what it came to. Undefined when Temporal has none of that id.
 */
export async function findRowless(session: Session, workflowId: string): Promise<ExecutionRow | Answer | undefined> {
  const client = await session.client();
  const { state, firstRunId } = await client.describe(workflowId);
  if (state === 'open') throw notYet(workflowId);
  if (state === 'unknown' || firstRunId === undefined) return undefined;
  const run = { workflowId, firstRunId };
  const end = await client.wait(run);
  const waitedFor = await findOfTick(await session.database(), end);
  if (waitedFor !== undefined) return waitedFor;
  return { ...toRowlessAnswer(toScheduleName(workflowId), run, end), exitCode: 0 };
}

function notYet(workflowId: string) {
  if (workflowId.startsWith('retrieve-status/') && mark.test(workflowId)) {
    return notFound(`${workflowId} waits for the run of its account, which tixngo status shows`);
  }
  return notFound(
    `The run ${workflowId} is started, and no worker has planned it yet. tixngo doctor says whether one runs`,
  );
}

/** `interface/schedule` of a start of a schedule; the id itself where it was typed by somebody. */
function toScheduleName(workflowId: string): string {
  return mark.test(workflowId) ? workflowId.replace(/^[^/]*\//, '').replace(mark, '') : workflowId;
}
