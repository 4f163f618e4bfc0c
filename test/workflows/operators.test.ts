import { z } from 'zod';
import { searchAttributes, type PushBatchesInput } from '../../workflows/contract';
import { until } from '../helpers/until';
import { FakeActivities, holdUntil, noCounts, type FakeOptions } from './fake-activities';
import { openGate } from './milestones';
import { payloadText, WorkflowWorker } from './workflow-worker';

const named = z.array(z.object({ name: z.string(), description: z.string().optional() }));
/** What the Temporal UI asks a run for. */
const metadata = z.object({
  definition: z.object({ signalDefinitions: named, queryDefinitions: named }),
  currentDetails: z.string(),
});

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

/** Each range meets the pause that a test asked for as the engine does: it ends where it stands. */
function pausable(gate: Promise<void>) {
  return async (input: PushBatchesInput) => {
    const yielded = await holdUntil(gate, input);
    if (yielded !== undefined) return yielded;
    const paused = fake.log.count('state paused') > fake.log.count('state running');
    return paused
      ? { stopped: 'paused' as const, nextBatch: input.range.firstBatch, counts: noCounts }
      : fake.finish(input);
  };
}

test('a paused run begins no range until it is resumed, and then sends all', async () => {
  const gate = openGate();
  const run = await startRun({ slices: [2], window: 1, push: pausable(gate.opened) });
  await fake.log.reached('push 0-1');
  await run.signal('pause');
  await fake.log.reached('state paused');
  gate.open();
  await fake.log.reached('pushed 0-1');
  await expect(run.query('progress')).resolves.toMatchObject({ planned: 100, delivered: 0 });
  expect(fake.log.count('push 0-1')).toBe(1);
  await run.signal('resume');
  await expect(run.result()).resolves.toMatchObject({ outcome: 'OK' });
  expect(fake.log.count('push 0-1')).toBe(2);
});

test('pause and resume in one breath reach the execution in the order in which they were asked', async () => {
  const gate = openGate();
  const first = openGate();
  const push = async (input: PushBatchesInput) => (await holdUntil(gate.opened, input)) ?? fake.finish(input);
  const written: string[] = [];
  const setExecutionState = async ({ state }: { readonly state: string }): Promise<void> => {
    fake.log.add('writing');
    await first.opened;
    written.push(state);
    fake.log.add(`state ${state}`);
  };
  const run = await startRun({ slices: [1], push, instead: { setExecutionState } });
  await fake.log.reached('push 0-0');
  for (const signal of ['pause', 'resume', 'pause', 'resume']) await run.signal(signal);
  await fake.log.reached('writing');
  // The query is answered after all four were handled: writes side by side would be under way now, and could end in any order.
  await run.query('progress');
  const { raw } = await run.describe();
  const underWay = (raw.pendingActivities ?? []).map(({ activityType }) => activityType?.name);
  expect(underWay.filter((name) => name === 'setExecutionState')).toHaveLength(1);
  first.open();
  await fake.log.reached('state running', 2);
  gate.open();
  await run.result();
  expect(written).toEqual(['paused', 'running', 'paused', 'running']);
});

test('a pause that comes while a resume is being written holds the run', async () => {
  const gate = openGate();
  const written = openGate();
  const setExecutionState = async ({ state }: { readonly state: string }): Promise<void> => {
    fake.log.add(`writing ${state}`);
    if (state === 'running' && fake.log.count('writing running') === 1) await written.opened;
    fake.log.add(`state ${state}`);
  };
  // One range and no slice to follow: one planned meanwhile would begin before the pause on a slow machine.
  const run = await startRun({ slices: [1], push: pausable(gate.opened), instead: { setExecutionState } });
  await fake.log.reached('push 0-0');
  await run.signal('pause');
  await fake.log.reached('state paused');
  gate.open();
  await fake.log.reached('pushed 0-0');
  await run.signal('resume');
  await fake.log.reached('writing running');
  await run.signal('pause');
  written.open();
  await fake.log.reached('state paused', 2);
  // The query is answered after everything that was delivered before: a range that had begun would show.
  await run.query('progress');
  expect(fake.log.all.filter((name) => name.startsWith('push '))).toEqual(['push 0-0']);
  await run.signal('resume');
  await run.result();
});

test('a paused run that is stopped closes without another range', async () => {
  const gate = openGate();
  const run = await startRun({ slices: [1], push: pausable(gate.opened), report: { outcome: 'OK' } });
  await fake.log.reached('push 0-0');
  await run.signal('pause');
  await fake.log.reached('state paused');
  gate.open();
  await fake.log.reached('pushed 0-0');
  await run.signal('stop');
  await run.result();
  expect(fake.closes.map(({ ending }) => ending)).toEqual(['operator']);
  expect(fake.log.count('push 0-0')).toBe(1);
});

test('progress counts what ranges have reported', async () => {
  const gate = openGate();
  const push = async (input: PushBatchesInput) => {
    if (input.range.firstBatch > 0) await holdUntil(gate.opened, input);
    return { ...fake.finish(input), counts: { ...noCounts, delivered: 49, refused: 1 } };
  };
  const run = await startRun({ slices: [1, 1], window: 1, push });
  await fake.log.reached('push 1-1');
  const delivered = async () => (await run.query<{ delivered: number }>('progress')).delivered;
  // The second range can begin before the first one's result is read.
  await until('the first range has reported', async () => (await delivered()) > 0);
  await expect(run.query('progress')).resolves.toEqual({ planned: 100, ...noCounts, delivered: 49, refused: 1 });
  gate.open();
  await run.result();
});

test('progress counts a batch once that the close found open and that is sent again', async () => {
  const gate = openGate();
  const left = { number: 1, firstBatch: 1, lastBatch: 1 };
  const push = async (input: PushBatchesInput) => {
    if (input.range.firstBatch === 1) await holdUntil(gate.opened, input);
    return fake.finish(input);
  };
  const settled = { ...noCounts, delivered: 50 };
  const run = await startRun({ slices: [2], window: 1, push, open: [[left]], settled });
  await fake.log.reached('push 1-1');
  await expect(run.query('progress')).resolves.toEqual({ planned: 100, ...noCounts, delivered: 50 });
  gate.open();
  await run.result();
});

test('every signal and query has a description, and the details are a table', async () => {
  const gate = openGate();
  const push = async (input: PushBatchesInput) => (await holdUntil(gate.opened, input)) ?? fake.finish(input);
  const run = await startRun({ slices: [1], push });
  await fake.log.reached('push 0-0');
  const { definition, currentDetails } = metadata.parse(await run.query('__temporal_workflow_metadata'));
  const ours = [...definition.signalDefinitions, ...definition.queryDefinitions].filter(
    ({ name }) => !name.startsWith('__'),
  );
  expect(ours.map(({ name }) => name).sort()).toEqual(['pause', 'progress', 'resume', 'stop']);
  for (const { description } of ours) expect(description).toMatch(/^\w.{10,}/);
  expect(currentDetails).toMatch(/\| planned so far \| 50 \|/);
  gate.open();
  await run.result();
});

test('the run carries its search attributes: what it is about, and how it ended', async () => {
  const run = await startRun({ slices: [1], report: { outcome: 'WARNING', refused: 3 } });
  await run.result();
  const { raw } = await run.describe();
  const fields = raw.workflowExecutionInfo?.searchAttributes?.indexedFields ?? {};
  const seen = Object.fromEntries(Object.entries(fields).map(([name, payload]) => [name, payloadText(payload)]));
  expect(seen).toMatchObject({
    [searchAttributes.function]: '"inject-tickets"',
    [searchAttributes.interface]: '"fake-interface"',
    [searchAttributes.organization]: '"FAKE"',
    [searchAttributes.trigger]: '"OPERATOR"',
    [searchAttributes.outcome]: '"WARNING"',
    [searchAttributes.refused]: '3',
  });
});
