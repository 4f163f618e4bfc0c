import { connectClient, type OpenConnection } from '../client/connect';
import { loadConfig } from '../config/environment';
import { childEnvironment, type Environment } from '../config/read-environment';
import type { OurRun } from './our-run';
import type { HistorySize } from './race';

/** What Temporal's server says about the history of a closed run: the sum over its parts, however often it continued as new. */
export async function readHistorySize(environment: Environment, run: OurRun): Promise<HistorySize> {
  const open = await connectClient(loadConfig(childEnvironment(environment)).temporal);
  try {
    const size = { events: 0, bytes: 0 };
    for (let runId: string | undefined = run.firstRunId; runId !== undefined;) {
      const part = await readPart(open, { ...run, runId });
      size.events += part.events;
      size.bytes += part.bytes;
      runId = part.nextRunId;
    }
    return size;
  } finally {
    await open.connection.close();
  }
}

interface HistoryPart extends HistorySize {
  readonly nextRunId: string | undefined;
}

async function readPart(
  { client }: OpenConnection,
  { workflowId, runId }: { readonly workflowId: string; readonly runId: string },
): Promise<HistoryPart> {
  const handle = client.workflow.getHandle(workflowId, runId);
  const { historyLength, historySize } = await handle.describe();
  if (historySize === undefined) throw new Error('The Temporal server tells no size of a history');
  const { events } = await handle.fetchHistory();
  const continued = events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes;
  return { events: historyLength, bytes: historySize, nextRunId: continued?.newExecutionRunId ?? undefined };
}
