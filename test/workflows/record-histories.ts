import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { FakeActivities } from './fake-activities';
import { FakeRetrieve } from './fake-retrieve';
import { startImpatientTemporal } from './long-history';
import { retrieveShapes } from './retrieve-shapes';
import { shapes } from './shapes';
import { WorkflowWorker } from './workflow-worker';

/**
 * Records a history of each shape anew. Until the first release they are recorded after each change of a workflow; later a change must
 * replay them: `npx jest --selectProjects served --testMatch '**\/test/workflows/record-histories.ts'`.
 */
let fake = new FakeActivities();

test.each(shapes.map((shape) => [shape.name, shape] as const))('record %s', async (name, shape) => {
  fake = new FakeActivities(shape.options);
  const server = shape.longHistory === true ? await startImpatientTemporal() : undefined;
  const worker = await WorkflowWorker.start(() => fake.toActivities(), server?.address);
  try {
    const run = await worker.start();
    await shape.drive?.(run, fake);
    await keep(name, { worker, run });
  } finally {
    await worker.close();
    await server?.close();
  }
});

test.each(retrieveShapes.map((shape) => [shape.name, shape] as const))('record %s', async (name, shape) => {
  const reading = new FakeRetrieve(shape.options);
  const server = shape.longHistory === true ? await startImpatientTemporal() : undefined;
  const activities = () => ({ ...new FakeActivities().toActivities(), ...reading.toActivities() });
  const worker = await WorkflowWorker.start(activities, server?.address);
  try {
    const run = await worker.startRetrieve(shape.type, { organizer: reading.organizer });
    await shape.drive?.(run, reading);
    await keep(name, { worker, run });
  } finally {
    await worker.close();
    await server?.close();
  }
});

interface Recording {
  readonly worker: WorkflowWorker;
  readonly run: WorkflowHandleWithFirstExecutionRunId;
}

async function keep(name: string, { worker, run }: Recording): Promise<void> {
  await run.result().catch(() => undefined);
  const history = await worker.client.workflow.getHandle(run.workflowId, run.firstExecutionRunId).fetchHistory();
  const file = join(__dirname, 'histories', `${name}.json`);
  writeFileSync(file, `${JSON.stringify(JSON.parse(historyToJSON(history)), withoutMachine, 2)}\n`);
}

/** What names the machine of the recording plays no part in a replay. */
function withoutMachine(name: string, value: unknown): unknown {
  if (name === 'stackTrace') return '';
  return name === 'identity' ? 'recorder' : value;
}
