import { Context } from '@temporalio/activity';
import { ApplicationFailure, type WorkflowHandle } from '@temporalio/client';
import { searchAttributes } from '../../workflows/contract';
import { type RetrievePagesInput, toRetrieveId } from '../../workflows/retrieve-contract';
import { FakeActivities, isReleased } from './fake-activities';
import { countsOf, FakeRetrieve, type FakeRetrieveOptions, READING } from './fake-retrieve';
import { failureOf } from './failure-of';
import { openGate } from './milestones';
import { payloadText, WorkflowWorker } from './workflow-worker';

let fake = new FakeRetrieve();
let worker: WorkflowWorker;

beforeAll(async () => {
  worker = await WorkflowWorker.start(() => ({ ...new FakeActivities().toActivities(), ...fake.toActivities() }));
});
afterAll(() => worker.close());

function start(type: 'retrieveStatus' | 'retrieveTick', options: FakeRetrieveOptions = {}, input?: unknown) {
  fake = new FakeRetrieve(options);
  return worker.startRetrieve(type, { organizer: fake.organizer, ...(input === undefined ? {} : { input }) });
}

/** Holds an activity until it is released, as the engine holds one with a page under way. */
function heldUntil(release: Promise<unknown>) {
  return async (input: RetrievePagesInput, of: FakeRetrieve) => {
    if (await isReleased(release)) return of.finish(input);
    return { stopped: 'yielded' as const, counts: countsOf(input.knownPages), withoutProgress: 0 };
  };
}

async function seenAttributes(run: WorkflowHandle): Promise<Readonly<Record<string, string>>> {
  const { raw } = await run.describe();
  const fields = raw.workflowExecutionInfo?.searchAttributes?.indexedFields ?? {};
  return Object.fromEntries(Object.entries(fields).map(([name, payload]) => [name, payloadText(payload)]));
}

describe('the course of a reading back', () => {
  test('opens, reads until there is no more, closes; every activity knows what is committed', async () => {
    const run = await start('retrieveStatus', { pages: 3 });
    await expect(run.result()).resolves.toMatchObject({ outcome: 'OK', execution: READING, records: 3000 });
    expect(fake.log.all).toEqual(['open', 'read 0', 'read 1', 'read 2', 'close done']);
    expect(fake.closes[0]).toMatchObject({ knownPages: 3, firstRunId: run.firstExecutionRunId });
    expect(await seenAttributes(run)).toMatchObject({
      [searchAttributes.function]: '"retrieve-status"',
      [searchAttributes.organization]: '"FAKE"',
      [searchAttributes.trigger]: '"OPERATOR"',
      [searchAttributes.outcome]: '"OK"',
    });
  });

  test('the current details tell what was put aside by reason, also of earlier activities and when it is closed', async () => {
    const putAsideReasons = [
      { reason: 'UNKNOWN_TICKET', records: 12 },
      { reason: 'INVALID', records: 3 },
    ];
    const gate = openGate();
    const read = async (input: RetrievePagesInput, of: FakeRetrieve) => {
      if (of.reads.length > 1) await isReleased(gate.opened);
      return { ...of.finish(input), putAsideReasons };
    };
    const run = await start('retrieveStatus', { pages: 2, read });
    const details = async () => JSON.stringify(await run.query('__temporal_workflow_metadata'));
    await fake.log.reached('read 1');
    expect(await details()).toContain('| put aside: UNKNOWN_TICKET | 12 |');
    gate.open();
    await run.result();
    expect(await details()).toContain('| put aside: INVALID | 3 |');
  });

  test('pages without progress are counted over activities', async () => {
    const read = (input: RetrievePagesInput) =>
      Promise.resolve({
        stopped: input.withoutProgress < 2 ? ('more' as const) : ('ending' as const),
        counts: countsOf(input.knownPages),
        withoutProgress: input.withoutProgress + 1,
      });
    await (await start('retrieveStatus', { read })).result();
    expect(fake.reads.map(({ withoutProgress }) => withoutProgress)).toEqual([0, 1, 2]);
  });

  test('an account that another run holds: the report of the opening is the result, and nothing is read', async () => {
    const report = { ...countsOf(0), execution: READING, outcome: 'SKIPPED', ending: 'done', message: 'held' } as const;
    const run = await start('retrieveStatus', { opened: { report } });
    await expect(run.result()).resolves.toEqual(report);
    expect(fake.log.all).toEqual(['open']);
  });

  test('an ERROR fails the run with the message of its report', async () => {
    const message = 'The pagination key is not known any more';
    const run = await start('retrieveStatus', { report: { outcome: 'ERROR', ending: 'failed', message } });
    await expect(failureOf(run)).resolves.toEqual({ type: 'EXECUTION_ERROR', message });
  });

  test('an activity that fails for good closes the run as failed, with its reason', async () => {
    const read = () => Promise.reject(ApplicationFailure.nonRetryable('a row is gone', 'BUG'));
    await failureOf(await start('retrieveStatus', { read }));
    expect(fake.closes[0]).toMatchObject({ ending: 'failed', reason: 'a row is gone' });
  });

  test('attempts without a valid answer end it as an outage when the next one would come too late', async () => {
    const read = () =>
      Promise.reject(
        ApplicationFailure.create({ type: 'TIXNGO_PAUSED', message: 'asked for an hour', nextRetryDelay: '1 hour' }),
      );
    await expect(failureOf(await start('retrieveStatus', { read }))).resolves.toMatchObject({
      message: 'ended: outage',
    });
    expect(fake.closes[0]).toMatchObject({
      ending: 'outage',
      reason: 'TIXNGO gave no valid answer for maxOutageMinutes (10), at last: asked for an hour',
    });
  });

  test('attempts without a valid answer end it as an outage also when the last one is at work at the end of its time', async () => {
    const read = async (_: RetrievePagesInput, of: FakeRetrieve) => {
      if (of.reads.length === 1) {
        throw ApplicationFailure.create({ type: 'TIXNGO_UNAVAILABLE', message: 'status 503' });
      }
      const context = Context.current();
      const timer = setInterval(() => {
        context.heartbeat('TIXNGO_UNAVAILABLE');
      }, 100);
      return await context.cancelled.finally(() => {
        clearInterval(timer);
      });
    };
    // 3.75 seconds for all attempts.
    const run = await start('retrieveStatus', { read, opened: { maxOutageMinutes: 0.0625 } });
    await expect(failureOf(run)).resolves.toMatchObject({ message: 'ended: outage' });
    expect(fake.reads).toHaveLength(2);
  });

  test('its attempts have maxOutageMinutes, not more', async () => {
    const run = await start('retrieveStatus', { opened: { maxOutageMinutes: 3 } });
    await run.result();
    const { events } = await run.fetchHistory();
    const scheduled = (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: of }) => of ?? []);
    const read = scheduled.find(({ activityType }) => activityType?.name === 'retrievePages');
    expect(Number(read?.scheduleToCloseTimeout?.seconds)).toBe(180);
  });

  test('the same of a database that does not answer is no outage: it is tried again', async () => {
    const read = (input: RetrievePagesInput, of: FakeRetrieve) =>
      of.reads.length > 1
        ? Promise.resolve(of.finish(input))
        : Promise.reject(
            ApplicationFailure.create({ type: 'DATABASE_AWAY', message: 'away', nextRetryDelay: '1 hour' }),
          );
    await (await start('retrieveStatus', { read })).result();
    expect(fake.log.all).toEqual(['open', 'read 0', 'read 0', 'close done']);
  });

  test.each([
    [{ cursor: 'k2' }, '"cursor" needs "confirmCursor"'],
    [{ confirmCursor: 'k2' }, '"confirmCursor" belongs to'],
    [{ fullResync: true, upload: 3 }, 'only one of'],
    [{ cursor: 'k2', confirmCursor: 'k1', upload: 3 }, 'only one of'],
    [{ cursor: 'a\u0000', confirmCursor: '' }, '"cursor" must be'],
    [{ fullResync: 'yes' }, '"fullResync" must be'],
    [{ simulate: true }, '"simulate" is no field'],
  ])('%j is refused at once, showing a right input', async (wish, problem) => {
    const run = await start('retrieveStatus', {}, { schedule: 'a/b', ...wish });
    const { type, message } = await failureOf(run);
    expect(type).toBe('BAD_INPUT');
    expect(message).toContain(problem);
    expect(message).toContain('{ "schedule": "fcx-tixngo/read-back" }');
    expect(fake.log.all).toEqual([]);
  });
});

describe('operators', () => {
  test('a paused run reads nothing until it is resumed', async () => {
    const read = (input: RetrievePagesInput, of: FakeRetrieve) =>
      Promise.resolve(
        of.reads.length > 1
          ? of.finish(input)
          : { stopped: 'paused' as const, counts: countsOf(4), withoutProgress: 0 },
      );
    const gate = openGate();
    const held = async (input: RetrievePagesInput, of: FakeRetrieve) => {
      await isReleased(gate.opened);
      return await read(input, of);
    };
    const run = await start('retrieveStatus', { read: held });
    await fake.log.reached('read 0');
    await run.signal('pause');
    await fake.log.reached('state paused');
    gate.open();
    await expect(run.query('progress')).resolves.toBeDefined();
    await run.signal('resume');
    await run.result();
    expect(fake.log.all).toEqual(['open', 'read 0', 'state paused', 'state running', 'read 4', 'close done']);
  });

  test('a stop closes after the page under way', async () => {
    const gate = openGate();
    const more = async (input: RetrievePagesInput) => {
      await isReleased(gate.opened);
      return { stopped: 'more' as const, counts: countsOf(input.knownPages + 1), withoutProgress: 0 };
    };
    const run = await start('retrieveStatus', { read: more });
    await fake.log.reached('read 0');
    await run.signal('stop');
    await fake.log.reached('state stopping');
    gate.open();
    await expect(run.result()).resolves.toMatchObject({ ending: 'operator', records: 1000 });
    expect(fake.reads).toHaveLength(1);
  });

  test('a cancelled run lets its page end, closes, and ends as cancelled', async () => {
    const run = await start('retrieveStatus', { read: heldUntil(new Promise(() => undefined)) });
    await fake.log.reached('read 0');
    await run.cancel();
    await expect(failureOf(run)).resolves.toMatchObject({ type: 'CancelledFailure' });
    expect(fake.log.all).toEqual(['open', 'read 0', 'close operator']);
  });
});

describe('a tick', () => {
  test('runs the account under its fixed id and carries its outcome', async () => {
    const run = await start('retrieveTick', { pages: 2 });
    await expect(run.result()).resolves.toMatchObject({ outcome: 'OK', execution: READING, records: 2000 });
    expect(fake.log.all).toEqual(['resolve', 'open', 'read 0', 'read 1', 'close done']);
    const child = worker.client.workflow.getHandle(toRetrieveId(fake.organizer));
    await expect(child.describe()).resolves.toMatchObject({ type: 'retrieveStatus' });
  });

  test('fails with the words of a run that ended in error', async () => {
    const run = await start('retrieveTick', { report: { outcome: 'ERROR', ending: 'failed', message: 'key refused' } });
    await expect(failureOf(run)).resolves.toEqual({ type: 'EXECUTION_ERROR', message: 'key refused' });
    expect(await seenAttributes(run)).toMatchObject({ [searchAttributes.outcome]: '"ERROR"' });
  });

  test('is SKIPPED and names the run while the account is being read, and its cancellation does not reach that run', async () => {
    const gate = openGate();
    const first = await start('retrieveTick', { read: heldUntil(gate.opened) });
    await fake.log.reached('read 0');
    const ticks = await Promise.all(
      Array.from({ length: 3 }, () => worker.startRetrieve('retrieveTick', { organizer: fake.organizer })),
    );
    for (const tick of ticks) {
      const report: unknown = await tick.result();
      expect(report).toMatchObject({ outcome: 'SKIPPED', execution: READING });
      expect(report).toHaveProperty('message', expect.stringContaining(toRetrieveId(fake.organizer)));
    }
    await first.cancel();
    await expect(failureOf(first)).resolves.toMatchObject({ type: 'CancelledFailure' });
    // How that run ends is not known yet.
    expect(await seenAttributes(first)).not.toHaveProperty(searchAttributes.outcome);
    const child = worker.client.workflow.getHandle(toRetrieveId(fake.organizer));
    await expect(child.describe()).resolves.toMatchObject({ status: { name: 'RUNNING' } });
    gate.open();
    await expect(child.result()).resolves.toMatchObject({ outcome: 'OK' });
    expect(fake.log.all.filter((name) => name === 'open')).toHaveLength(1);
  });

  test('has the outcome ERROR when its run was cancelled, which is that run in error', async () => {
    const tick = await start('retrieveTick', { read: heldUntil(new Promise(() => undefined)) });
    await fake.log.reached('read 0');
    await worker.client.workflow.getHandle(toRetrieveId(fake.organizer)).cancel();
    await failureOf(tick);
    expect(await seenAttributes(tick)).toMatchObject({ [searchAttributes.outcome]: '"ERROR"' });
  });
});
