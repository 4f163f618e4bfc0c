import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { FakeActivities } from './fake-activities';
import { startImpatientTemporal } from './long-history';
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
    await run.result().catch(() => undefined);
    const history = await worker.client.workflow.getHandle(run.workflowId, run.firstExecutionRunId).fetchHistory();
    const file = join(__dirname, 'histories', `${name}.json`);
    writeFileSync(file, `${JSON.stringify(JSON.parse(historyToJSON(history)), withoutMachine, 2)}\n`);
  } finally {
    await worker.close();
    await server?.close();
  }
});

/** What names the machine of the recording plays no part in a replay. */
function withoutMachine(name: string, value: unknown): unknown {
  if (name === 'stackTrace') return '';
  return name === 'identity' ? 'recorder' : value;
}
