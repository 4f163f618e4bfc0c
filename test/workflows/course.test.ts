import type { BatchRange, PushBatchesInput } from '../../workflows/contract';
import { EXECUTION, FakeActivities, holdUntil, noCounts, type FakeOptions } from './fake-activities';
import { openGate } from './milestones';
import { WorkflowWorker } from './workflow-worker';

let fake = new FakeActivities();
let worker: WorkflowWorker;

beforeAll(async () => {
  worker = await WorkflowWorker.start(() => fake.toActivities());
});
afterAll(() => worker.close());

function startRun(options: FakeOptions) {
  fake = new FakeActivities(options);
  return worker.start();
}

const firstBatches = (): number[] => fake.pushes.map(({ range }) => range.firstBatch);

test('a run plans, sends and closes, in this order', async () => {
  const run = await startRun({ slices: [2] });
  await expect(run.result()).resolves.toMatchObject({ outcome: 'OK', execution: EXECUTION });
  expect(fake.log.all[0]).toBe('plan 1');
  expect(fake.log.all.at(-1)).toBe('close done');
  expect(firstBatches().sort()).toEqual([0, 1]);
});

test('as many ranges are handed out as there are lanes, as many to follow them at once, and no more', async () => {
  const gate = openGate();
  const push = async (input: PushBatchesInput) => (await holdUntil(gate.opened, input)) ?? fake.finish(input);
  const run = await startRun({ slices: [6, 6, 6], window: 3, push });
  for (const range of ['0-1', '2-3', '4-5', '6-7', '8-9', '10-11']) await fake.log.reached(`push ${range}`);
  // The third slice waits until a lane has something of the second.
  expect(fake.log.count('plan 3')).toBe(0);
  gate.open();
  await run.result();
  expect(fake.mostInFlight).toBe(6);
});

test('the next slice is planned while the present one is being sent, and never one further', async () => {
  const gate = openGate();
  const push = async (input: PushBatchesInput) => (await holdUntil(gate.opened, input)) ?? fake.finish(input);
  const run = await startRun({ slices: [2, 2, 2], window: 2, push });
  await fake.log.reached('plan 2');
  await fake.log.reached('push 0-0');
  await fake.log.reached('push 1-1');
  expect(fake.log.count('plan 3')).toBe(0);
  gate.open();
  await run.result();
  expect(fake.log.count('plan 3')).toBe(1);
  expect(firstBatches().sort()).toEqual([0, 1, 2, 3, 4, 5]);
});

test('nothing due costs one activity and at most 15 events of history', async () => {
  const run = await startRun({ slices: [] });
  await run.result();
  expect(fake.log.all).toEqual(['plan 1']);
  const { events } = await run.fetchHistory();
  expect(events?.length).toBeLessThanOrEqual(15);
});

test('ranges that the close finds open are sent again before it closes', async () => {
  const left: BatchRange = { number: 0, firstBatch: 0, lastBatch: 0 };
  const run = await startRun({ slices: [1], open: [[left]] });
  await run.result();
  expect(fake.log.all).toEqual([
    'plan 1',
    'push 0-0',
    'pushed 0-0',
    'close done',
    'push 0-0',
    'pushed 0-0',
    'close done',
  ]);
});

test('a range that yields goes on at the batch it names, under its number', async () => {
  const push = (input: PushBatchesInput) =>
    Promise.resolve(
      input.range.firstBatch === 0
        ? { stopped: 'yielded' as const, nextBatch: 2, counts: { ...noCounts, delivered: 100 } }
        : fake.finish(input),
    );
  const run = await startRun({ slices: [4], window: 1, push });
  await run.result();
  expect(fake.pushes.map(({ range }) => range)).toEqual([
    { number: 0, firstBatch: 0, lastBatch: 3 },
    { number: 0, firstBatch: 2, lastBatch: 3 },
  ]);
});

test('every range and the close carry what the workflow has learnt: slices planned and ranges finished', async () => {
  const run = await startRun({ slices: [2, 1], window: 1 });
  await run.result();
  expect(fake.closes[0]).toMatchObject({ execution: EXECUTION, known: { slices: 2, ranges: 2 } });
  expect(fake.pushes[0]?.firstRunId).toBe(run.firstExecutionRunId);
});
