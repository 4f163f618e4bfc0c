import { FakeActivities, EXECUTION } from './fake-activities';
import { startImpatientTemporal, SUGGESTED_EVENTS } from './long-history';
import { WorkflowWorker } from './workflow-worker';

const SLICES = 12;
const fake = new FakeActivities({ slices: Array.from({ length: SLICES }, () => 2), window: 2 });
let server: Awaited<ReturnType<typeof startImpatientTemporal>>;
let worker: WorkflowWorker;

beforeAll(async () => {
  server = await startImpatientTemporal();
  worker = await WorkflowWorker.start(() => fake.toActivities(), server.address);
});
afterAll(async () => {
  await worker.close();
  await server.close();
});

test('a run whose history is long continues as new with no range open, in the same execution, and closes it once', async () => {
  const run = await worker.start();
  await expect(run.result()).resolves.toMatchObject({ execution: EXECUTION });
  const runIds: string[] = [];
  for await (const { runId } of worker.client.workflow.list()) runIds.push(runId);
  expect(runIds.length).toBeGreaterThan(1);
  for (const runId of runIds) {
    const { events = [] } = await worker.client.workflow.getHandle(run.workflowId, runId).fetchHistory();
    // What is queued is worked off first: a slice more, no longer.
    expect(events?.length).toBeLessThan(2 * SUGGESTED_EVENTS);
    const count = (kind: 'activityTaskScheduledEventAttributes' | 'activityTaskCompletedEventAttributes') =>
      (events ?? []).filter((event) => (event[kind] ?? undefined) !== undefined).length;
    expect(count('activityTaskCompletedEventAttributes')).toBe(count('activityTaskScheduledEventAttributes'));
  }
});

test('no slice and no range was lost or repeated on the way, and the numbers went along', () => {
  const planned = fake.log.all.filter((name) => name.startsWith('plan '));
  expect(planned).toEqual(Array.from({ length: SLICES }, (_, index) => `plan ${String(index + 1)}`));
  expect(fake.pushes.map(({ range }) => range.firstBatch).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 2 * SLICES }, (_, index) => index),
  );
  expect(new Set(fake.pushes.map(({ firstRunId }) => firstRunId)).size).toBe(1);
  expect(fake.closes).toHaveLength(1);
  expect(fake.closes[0]).toMatchObject({ known: { slices: SLICES, ranges: 2 * SLICES } });
});
