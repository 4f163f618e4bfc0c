import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { randomUUID } from 'node:crypto';
import type { OpenConnection } from '../../../client/connect';
import { toRetrieveId } from '../../../workflows/retrieve-contract';
import { INTERFACE, ORGANIZER, READ, startSystem, type System } from '../../helpers/e2e-system';
import type { ReadOutside } from '../../helpers/reading';
import { until } from '../../helpers/until';

/** One run of retrieve-status, as its row tells of it. */
export interface ReadingRow {
  readonly id: number;
  readonly outcome: string | null;
  readonly ending: string | null;
  readonly pages: number;
  readonly namespace: string;
}

type Started = WorkflowHandleWithFirstExecutionRunId;

/** The whole system with tickets that are in the wallet, and records to read back. */
export interface ReadingSystem {
  readonly system: System;
  readonly outside: ReadOutside;
  readonly workflowId: string;
  /** Makes up so many changes of all tickets; what the sandbox counted of calls starts anew. */
  readonly moveOn: (records: number) => Promise<void>;
  readonly start: (type?: 'retrieveTick' | 'retrieveStatus', open?: OpenConnection) => Promise<Started>;
  /** Executions of retrieve-status, the newest first. */
  readonly rows: () => Promise<readonly ReadingRow[]>;
  /** Resolves once a reading after the first `before` ones has committed so many pages. */
  readonly reached: (pages: number, before: number) => Promise<void>;
}

/** `split`: records of a page; `latencyMs`: of a call. */
export async function openReadingSystem(options: {
  readonly tickets: number;
  readonly split: number;
  readonly latencyMs: number;
}): Promise<ReadingSystem> {
  const { tickets, split, latencyMs } = options;
  const sandboxArgs = ['--latency-ms', latencyMs.toString()];
  const system = await startSystem({ tickets, batchSplitSize: split, sandboxArgs });
  const outside: ReadOutside = {
    admin: system.sandbox,
    query: async <Row extends object>(text: string, values: readonly unknown[] = []) =>
      (await system.pool.query<Row>(text, [...values])).rows,
  };
  const ticketIds = [...(await system.listDue())];
  await expect(system.wait(await system.start())).resolves.toMatchObject({ completed: true });
  await system.sandbox.repeats(0);
  const workflowId = toRetrieveId(ORGANIZER);
  const schedule = `${INTERFACE}/${READ}`;
  const rows = () =>
    outside.query<ReadingRow>(
      `select id::integer, outcome, ending, namespace, coalesce((retrieved ->> 'pages')::integer, 0) as pages
       from execution where function = 'retrieve-status' order by execution.id desc`,
    );
  return {
    system,
    outside,
    workflowId,
    rows,
    moveOn: async (count) => {
      await system.sandbox.records({ count, ticketIds, transfers: 0.5 });
      await system.sandbox.clearCalls();
    },
    start: (type = 'retrieveStatus', { client, settings } = system.open) =>
      client.workflow.start(type, {
        workflowId: type === 'retrieveStatus' ? workflowId : `retrieve-status/${schedule}-${randomUUID()}`,
        taskQueue: settings.taskQueue,
        args: [{ schedule }],
      }),
    reached: (pages, before) =>
      until(`${pages.toString()} pages are read`, async () => {
        const found = await rows();
        return found.length > before && (found[0]?.pages ?? 0) >= pages;
      }),
  };
}
