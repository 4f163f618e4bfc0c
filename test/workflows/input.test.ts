import { ApplicationFailure, WorkflowFailedError } from '@temporalio/client';
import { FakeActivities } from './fake-activities';
import { WorkflowWorker } from './workflow-worker';

const fake = new FakeActivities({ slices: [] });
let worker: WorkflowWorker;

beforeAll(async () => {
  worker = await WorkflowWorker.start(() => fake.toActivities());
});
afterAll(() => worker.close());

async function refusalOf(input: unknown): Promise<string> {
  const run = await worker.start(input);
  const error: unknown = await run.result().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof WorkflowFailedError) || !(error.cause instanceof ApplicationFailure))
    throw new Error('accepted');
  expect(error.cause.type).toBe('BAD_INPUT');
  return error.cause.message;
}

test.each([
  ['an empty object', {}, '"schedule" must be'],
  ['nothing', undefined, 'no JSON object'],
  ['a list', [], 'no JSON object'],
  ['a text', 'fcx-tixngo/inject-league', 'no JSON object'],
  ['an empty name', { schedule: '' }, '"schedule" must be'],
  ['a NUL in a name, which no query could take', { schedule: 'a/b\u0000' }, '"schedule" must be'],
  ['a name without end', { schedule: 'y'.repeat(1_000_000) }, '"schedule" must be'],
  ['a number for a name', { schedule: 7 }, '"schedule" must be'],
  ['an unknown field', { schedule: 'a/b', shedule: 'x' }, '"shedule" is no field'],
  ['a name that objects have', { schedule: 'a/b', constructor: 1 }, '"constructor" is no field'],
  ['an unknown trigger', { schedule: 'a/b', trigger: 'ME' }, '"trigger" must be'],
  ['a text for a flag', { schedule: 'a/b', simulate: 'yes' }, '"simulate" must be'],
  ['a run that cannot be', { schedule: 'a/b', again: -1 }, '"again" must be'],
])('%s is refused at once, showing a right input', async (_, input, problem) => {
  const message = await refusalOf(input);
  expect(message).toContain(problem);
  expect(message).toContain('{ "schedule": "fcx-tixngo/inject-league" }');
  expect(fake.log.all).toEqual([]);
});

test('what was typed is not repeated: it may be a ticket or a name', async () => {
  await expect(refusalOf({ schedule: 24000777, force: { name: 'secret-name' } })).resolves.not.toMatch(
    /24000777|secret/,
  );
});

test('a field of any length is named in short: the message stays in the history for good', async () => {
  const message = await refusalOf({ schedule: 'a/b', ['x'.repeat(1_000_000)]: 1 });
  expect(message.length).toBeLessThan(500);
});

test('several mistakes are told at once', async () => {
  const message = await refusalOf({ trigger: 'ME', again: 'x' });
  expect(message).toMatch(/"schedule".*"trigger".*"again"/);
});
