import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Client, Connection, type WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { workflowTypes, type Activities } from '../../workflows/contract';
import { testServers } from '../helpers/servers';

const NAMESPACE = 'default';

/** The code of the workflow bundle that the global set-up built. */
export function bundleCode(): string {
  const { workflowBundle } = testServers();
  if (workflowBundle === undefined) throw new Error('There is no workflow bundle');
  return readFileSync(workflowBundle, 'utf8');
}

let isSilent = false;

/** The SDK's lines about failed activities and runs are what these tests are about; nobody has to read them. Once per process. */
export function silenceRuntime(): void {
  if (isSilent) return;
  isSilent = true;
  const silent = (): void => undefined;
  const logger = { log: silent, trace: silent, debug: silent, info: silent, warn: silent, error: silent };
  Runtime.install({ logger, telemetryOptions: { logging: { filter: 'OFF' } } });
}

/** A real worker of a real server, with activities that a test brings; each on a task queue of its own. */
export class WorkflowWorker {
  private constructor(
    readonly client: Client,
    readonly taskQueue: string,
    private readonly ends: readonly (() => Promise<unknown>)[],
  ) {}

  /** `present` gives the activities of the test that runs now; `code` is a workflow bundle. */
  static async start(
    present: () => Activities,
    address = testServers().temporalAddress,
    code = bundleCode(),
  ): Promise<WorkflowWorker> {
    silenceRuntime();
    const taskQueue = `workflows-${randomUUID()}`;
    const connection = await Connection.connect({ address });
    const native = await NativeConnection.connect({ address });
    const worker = await Worker.create({
      connection: native,
      namespace: NAMESPACE,
      taskQueue,
      activities: delegateTo(present),
      workflowBundle: { code },
      stickyQueueScheduleToStartTimeout: '1 second',
      identity: 'workflow-tests',
    });
    const running = worker.run();
    const stop = (): Promise<void> => {
      worker.shutdown();
      return running;
    };
    return new WorkflowWorker(new Client({ connection, namespace: NAMESPACE }), taskQueue, [
      stop,
      () => native.close(),
      () => connection.close(),
    ]);
  }

  /** Starts `injectTickets`, with a right input or with what is given. */
  start(...args: readonly unknown[]): Promise<WorkflowHandleWithFirstExecutionRunId> {
    return this.client.workflow.start(workflowTypes['inject-tickets'], {
      workflowId: `inject-tickets/fake-interface/fake-${randomUUID()}`,
      taskQueue: this.taskQueue,
      args: args.length === 0 ? [{ schedule: 'fake-interface/fake' }] : [...args],
    });
  }

  /** Starts `retrieveStatus` under the id of an account, or `retrieveTick` as a schedule would. */
  startRetrieve(
    type: 'retrieveStatus' | 'retrieveTick',
    {
      organizer,
      input = { schedule: 'fake-interface/read' },
    }: { readonly organizer: string; readonly input?: unknown },
  ): Promise<WorkflowHandleWithFirstExecutionRunId> {
    const tickId = `retrieve-status/fake-interface/read-${randomUUID()}`;
    return this.client.workflow.start(type, {
      workflowId: type === 'retrieveTick' ? tickId : `retrieve-status/${organizer}`,
      taskQueue: this.taskQueue,
      args: [input],
    });
  }

  async close(): Promise<void> {
    for (const end of this.ends) await end();
  }
}

function delegateTo(present: () => Activities): Activities {
  return {
    planSlice: (input) => present().planSlice(input),
    pushBatches: (input) => present().pushBatches(input),
    closeExecution: (input) => present().closeExecution(input),
    setExecutionState: (input) => present().setExecutionState(input),
    testInterface: (input) => present().testInterface(input),
    closeLostExecutions: (asker) => present().closeLostExecutions(asker),
    resolveRetrieve: (input) => present().resolveRetrieve(input),
    findActiveRetrieve: (input) => present().findActiveRetrieve(input),
    openRetrieve: (input) => present().openRetrieve(input),
    retrievePages: (input) => present().retrievePages(input),
    closeRetrieve: (input) => present().closeRetrieve(input),
  };
}

/** The plain text of a payload. */
export function payloadText(payload: Payload | null | undefined): string {
  return Buffer.from(payload?.data ?? []).toString('utf8');
}
