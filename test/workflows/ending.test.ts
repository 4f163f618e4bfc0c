import { ApplicationFailure, type WorkflowHandle } from '@temporalio/client';
import type { PushBatchesInput } from '../../workflows/contract';
import { FakeActivities, holdUntil, noCounts, type FakeOptions } from './fake-activities';
import { failureOf } from './failure-of';
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

/** In which order the history has the ends of ranges and the order to close: unlike the fakes' log it depends on no speed. */
async function closingOrder(run: WorkflowHandle): Promise<readonly string[]> {
  const { events } = await run.fetchHistory();
  const names = new Map<string, string>();
  return (events ?? []).flatMap((event) => {
    const scheduled = event.activityTaskScheduledEventAttributes;
    const name = scheduled?.activityType?.name ?? '';
    if (scheduled) names.set(String(event.eventId), name);
    if (name === 'closeExecution') return ['close'];
    const ended =
      event.activityTaskCompletedEventAttributes ??
      event.activityTaskFailedEventAttributes ??
      event.activityTaskCanceledEventAttributes;
    return names.get(String(ended?.scheduledEventId)) === 'pushBatches' ? ['range ended'] : [];
  });
}

const neverReleased = new Promise<void>(() => undefined);

test('a run that ends in ERROR fails with the message of its report', async () => {
  const message = '3 tickets of 50 refused: EMAIL_INVALID (3). See: tixngo log 7 --outcome REFUSED';
  const run = await startRun({ slices: [1], report: { outcome: 'ERROR', message } });
  await expect(failureOf(run)).resolves.toEqual({ type: 'EXECUTION_ERROR', message });
});

test('a cancelled run settles its ranges, then closes its execution, then ends as cancelled', async () => {
  const push = async (input: PushBatchesInput) => (await holdUntil(neverReleased, input)) ?? fake.finish(input);
  const run = await startRun({ slices: [4], window: 2, push });
  await fake.log.reached('push 0-1');
  await fake.log.reached('push 2-3');
  await run.cancel();
  await expect(failureOf(run)).resolves.toMatchObject({ type: 'CancelledFailure' });
  expect(fake.log.all.slice(-3).sort()).toEqual(['close operator', 'pushed 0-1', 'pushed 2-3']);
  expect(fake.log.all.at(-1)).toBe('close operator');
  expect(await closingOrder(run)).toEqual(['range ended', 'range ended', 'close']);
});

test('a lane that fails stops the others, and the run closes as failed once all have ended', async () => {
  const push = async (input: PushBatchesInput) => {
    if (input.range.firstBatch === 2) throw ApplicationFailure.nonRetryable('a row is gone', 'BUG');
    return (await holdUntil(neverReleased, input)) ?? fake.finish(input);
  };
  const run = await startRun({ slices: [4], window: 2, push });
  await expect(failureOf(run)).resolves.toEqual({ type: 'EXECUTION_ERROR', message: 'ended: failed' });
  expect(fake.log.all.at(-1)).toBe('close failed');
  expect(fake.log.all).toContain('pushed 0-1');
  expect(fake.closes[0]).toMatchObject({ ending: 'failed', reason: 'a row is gone' });
  expect(await closingOrder(run)).toEqual(['range ended', 'range ended', 'close']);
});

test('a range that meets the end of the execution lets no further range begin, and the close decides why', async () => {
  const push = (input: PushBatchesInput) =>
    Promise.resolve({ stopped: 'ending' as const, nextBatch: input.range.firstBatch, counts: noCounts });
  const report = { outcome: 'ERROR', message: 'outage' } as const;
  const run = await startRun({ slices: [3, 3, 3], window: 1, push, report });
  await expect(failureOf(run)).resolves.toEqual({ type: 'EXECUTION_ERROR', message: 'outage' });
  // The one that was handed out to follow the first may have begun to wait.
  expect(fake.log.all).not.toContain('push 6-8');
  expect(fake.closes).toHaveLength(1);
});

test('a plan that cannot be made fails the run with the words of its activity', async () => {
  const message = 'No schedule is called "x". Right: { "schedule": "interface/schedule" }';
  const planSlice = () => Promise.reject(ApplicationFailure.nonRetryable(message, 'UNKNOWN_SCHEDULE'));
  const run = await startRun({ instead: { planSlice } });
  await expect(failureOf(run)).resolves.toEqual({ type: 'UNKNOWN_SCHEDULE', message });
});

test('ranges of an execution that is closed already fail the run, naming what to do, though its first report is good', async () => {
  const message = 'Execution 7 is closed and sends nothing more. To send what it left: tixngo again 7';
  const push = () => Promise.reject(ApplicationFailure.nonRetryable(message, 'EXECUTION_CLOSED'));
  const run = await startRun({ slices: [2], push, report: { outcome: 'OK', ending: 'done' } });
  await expect(failureOf(run)).resolves.toEqual({ type: 'EXECUTION_CLOSED', message });
});

test('a stop lets what is in flight end and closes without sending the rest', async () => {
  const gate = openGate();
  const push = async (input: PushBatchesInput) => (await holdUntil(gate.opened, input)) ?? fake.finish(input);
  const run = await startRun({ slices: [1, 4, 4], window: 1, push });
  await fake.log.reached('push 0-0');
  await run.signal('stop');
  await fake.log.reached('state stopping');
  gate.open();
  await expect(failureOf(run)).resolves.toMatchObject({ message: 'ended: operator' });
  // The one that was handed out to follow the first may have begun to wait.
  expect(fake.log.all).not.toContain('push 5-8');
  expect(fake.log.all.indexOf('pushed 0-0')).toBeLessThan(fake.log.all.indexOf('close operator'));
});

test('a signal to a run that is being cancelled does not end it before its execution is closed', async () => {
  const gate = openGate();
  // This range does not learn of the cancellation until it is let go: as one with a call in flight.
  const push = async (input: PushBatchesInput) => {
    const hold = holdUntil(gate.opened, input);
    fake.log.add('holding');
    await gate.opened;
    return (await hold) ?? fake.finish(input);
  };
  const run = await startRun({ slices: [1], push });
  await fake.log.reached('holding');
  await run.cancel();
  await run.signal('pause');
  await fake.log.reached('state paused');
  gate.open();
  await expect(failureOf(run)).resolves.toMatchObject({ type: 'CancelledFailure' });
  expect(fake.log.all.slice(-2)).toEqual(['pushed 0-0', 'close operator']);
});
