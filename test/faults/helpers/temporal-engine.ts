import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { createActivities } from '../../../activities';
import type { World } from '../../../activities/world';
import type { Activities } from '../../../workflows/contract';
import { type Engine, openEngine, type EngineOptions } from '../../helpers/engine-world';
import { resetRun } from '../../helpers/reset-run';
import { until } from '../../helpers/until';
import { bundleCode, WorkflowWorker } from '../../workflows/workflow-worker';

/** Real workflows on a real Temporal server, whose activities act on the worlds that a test chooses. */
export interface TemporalEngine {
  readonly engine: Engine;
  /** Starts a run whose activities act on this world; `wrap` may change what they do. */
  start(world: World, wrap?: (activities: Activities) => Activities): Promise<TemporalRun>;
  close(): Promise<void>;
}

export interface TemporalRun {
  /** Resets the run to before its plan is sent, as the Temporal UI does; `result` is then that of the new run. */
  reset(): Promise<void>;
  result(): Promise<unknown>;
}

export async function openTemporalEngine(
  name: string,
  options: EngineOptions & { readonly workflows?: string } = {},
): Promise<TemporalEngine> {
  const engine = await openEngine(name, options);
  let activities = createActivities(engine.worker);
  const worker = await WorkflowWorker.start(() => activities, undefined, options.workflows ?? bundleCode());
  const open = { client: worker.client, settings: { namespace: 'default' } };
  return {
    engine,
    start: async (world, wrap = (same) => same) => {
      activities = wrap(createActivities(world));
      const workflowId = `inject-tickets/fcx/inject-${randomUUID()}`;
      let handle: WorkflowHandle = await worker.client.workflow.start('injectTickets', {
        workflowId,
        taskQueue: worker.taskQueue,
        args: [{ schedule: 'fcx/inject' }],
      });
      const { raw } = await handle.describe();
      engine.runs.set(workflowId, { state: 'open', firstRunId: raw.workflowExecutionInfo?.firstRunId ?? '' });
      return {
        reset: async () => {
          const runId = await resetRun({ open }, { workflowId }, 'planned');
          handle = worker.client.workflow.getHandle(workflowId, runId);
        },
        result: () => handle.result(),
      };
    },
    close: async () => {
      await worker.close();
      await engine.close();
    },
  };
}

/** Resolves when the stand-in has accepted so many different tickets. */
export function acceptedTickets({ admin }: Engine, tickets: number): Promise<void> {
  return until(`${tickets} tickets accepted`, async () => {
    const summary = await admin.callSummary();
    return (summary.tickets.injectTickets?.accepted ?? 0) >= tickets;
  });
}
